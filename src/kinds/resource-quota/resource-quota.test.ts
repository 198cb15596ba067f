import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

function refused(spec: object): readonly string[] {
  return lines(resourceQuotas.rules.validate?.(decoded(resourceQuotas, { spec })) ?? []);
}

test('what is bounded can be counted', () => {
  assert.deepEqual(refused({ hard: { pods: '-1', bananas: '3', configmaps: '1.5', 'count/jobs.batch': '1' } }), [
    'spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0',
    'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource type or fully qualified',
    'spec.hard[bananas]: Invalid value: "bananas": must be a standard resource for quota',
    'spec.hard[configmaps]: Invalid value: "1500m": must be an integer',
  ]);
});

test('scopes are known, fit what is bounded and do not contradict each other', () => {
  const scopes = ['BestEffort', 'Terminating', 'NotTerminating', 'Odd'];
  const shown = `spec.scopes: Invalid value: ${JSON.stringify(scopes)}`;
  assert.deepEqual(refused({ hard: { 'requests.cpu': '1' }, scopes }), [
    `${shown}: unsupported scope applied to resource`,
    `${shown}: unsupported scope`,
    `${shown}: conflicting scopes`,
  ]);
  const expression = (scopeName: string, operator: string, values: readonly string[] = []) => ({
    scopeName,
    operator,
    values,
  });
  const matchExpressions = [
    expression('PriorityClass', 'In'),
    expression('BestEffort', 'In', ['x']),
    expression('PriorityClass', 'Exists', ['x']),
  ];
  assert.deepEqual(refused({ hard: { pods: '1' }, scopeSelector: { matchExpressions } }), [
    'spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is ' +
      "'In' or 'NotIn' for scope selector",
    'spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be \'Exists\' when scope is any of ' +
      'ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ' +
      'ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity',
    'spec.scopeSelector.matchExpressions.values: Invalid value: ["x"]: must be no value when `operator` is ' +
      "'Exist' or 'DoesNotExist' for scope selector",
  ]);
});

test('what a quota counts does not change', () => {
  const old = decoded(resourceQuotas, { spec: { hard: { pods: '1' }, scopes: ['BestEffort'] } });
  const change = (spec: object) =>
    lines(resourceQuotas.rules.validateUpdate?.(decoded(resourceQuotas, { spec }), old) ?? []);
  assert.deepEqual(change({ hard: { pods: '2' }, scopes: ['BestEffort'] }), []);
  assert.deepEqual(change({ hard: { pods: '2' }, scopes: ['NotBestEffort'] }), [
    'spec.scopes: Invalid value: ["NotBestEffort"]: field is immutable',
  ]);
});

test('a quota is listed as what is used of what is allowed', () => {
  const hard = { pods: '5', 'requests.cpu': '1', 'limits.cpu': '2', 'limits-x.example/y': '4' };
  const quota = decoded(resourceQuotas, {
    spec: { hard },
    status: { hard, used: { pods: '3', 'limits.cpu': '1500m' } },
  });
  assert.deepEqual(resourceQuotas.table.cells(quota, Date.parse('2026-01-01T01:00:00Z')), [
    'x',
    'limits-x.example/y: 0/4, pods: 3/5, requests.cpu: 0/1',
    'limits.cpu: 1500m/2',
    '60m',
  ]);
});

test('scopes of a selector are judged as a whole, but for their names', () => {
  const expression = (scopeName: string) => ({ scopeName, operator: 'Exists' });
  const matchExpressions = [expression('Odd'), expression('BestEffort'), expression('NotBestEffort')];
  assert.deepEqual(refused({ hard: { cpu: '1' }, scopeSelector: { matchExpressions } }), [
    'spec.scopeSelector.matchExpressions.scopeName: Invalid value: "Odd": unsupported scope',
    'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"Odd","Operator":"Exists"},' +
      '{"ScopeName":"BestEffort","Operator":"Exists"},{"ScopeName":"NotBestEffort","Operator":"Exists"}]}: ' +
      'unsupported scope applied to resource',
    'spec.scopeSelector.matchExpressions: Invalid value: null: conflicting scopes',
  ]);
});

test('requests above their limits are warned of when a quota is made', () => {
  const told = (hard: object, old?: object) => {
    const quota = (amounts: object) => decoded(resourceQuotas, { spec: { hard: amounts } });
    return resourceQuotas.rules.warnings?.(quota(hard), old === undefined ? undefined : quota(old));
  };
  const hard = { cpu: '2', 'limits.cpu': '1', 'requests.memory': '2Gi', memory: '1', 'limits.memory': '1Gi' };
  assert.deepEqual(told(hard), [
    'ResourceQuota cpu (2) should be less than limits.cpu (1)',
    'ResourceQuota requests.memory (2Gi) should be less than limits.memory (1Gi)',
  ]);
  assert.deepEqual(told(hard, hard), []);
  assert.deepEqual(told({ 'requests.cpu': '1', 'limits.cpu': '1' }), []);
});
