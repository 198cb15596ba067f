import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleWithOperations } from '#kinds/webhook-configuration/schema.ts';
import { type RuleSubject, ruleMatches } from './matching.ts';

const every = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] };
const scale: RuleSubject = {
  operation: 'UPDATE',
  resource: { group: 'apps', version: 'v1', plural: 'deployments' },
  subresource: 'scale',
  namespace: 'ns',
};
const deployment: RuleSubject = { ...scale, subresource: undefined };
const node: RuleSubject = {
  ...{ operation: 'CREATE', subresource: undefined, namespace: undefined },
  resource: { group: '', version: 'v1', plural: 'nodes' },
};
const namespace: RuleSubject = {
  ...node,
  namespace: 'ns',
  resource: { group: '', version: 'v1', plural: 'namespaces' },
};

function matches(rule: RuleWithOperations, subject: RuleSubject): boolean {
  return ruleMatches({ ...every, ...rule }, subject);
}

test('operations, groups and versions are named, or * means all', () => {
  assert.ok(matches({}, deployment));
  assert.ok(matches({ operations: ['CREATE', 'UPDATE'], apiGroups: ['', 'apps'], apiVersions: ['v1'] }, deployment));
  assert.ok(!matches({ operations: ['CREATE'] }, deployment));
  assert.ok(!matches({ apiGroups: ['batch'] }, deployment));
  assert.ok(!matches({ apiVersions: ['v1beta1'] }, deployment));
  assert.ok(!ruleMatches({}, deployment), 'a rule that names nothing');
});

test('resources are named with what lies below them, or without', () => {
  const matching: { readonly [pattern: string]: readonly [plain: boolean, scale: boolean] } = {
    '*': [true, false],
    '*/*': [true, true],
    '*/scale': [false, true],
    '*/status': [false, false],
    deployments: [true, false],
    'deployments/*': [true, true],
    'deployments/scale': [false, true],
    'pods/*': [false, false],
  };
  for (const [pattern, expected] of Object.entries(matching)) {
    const found = [deployment, scale].map((subject) => matches({ resources: [pattern] }, subject));
    assert.deepEqual(found, expected, pattern);
  }
});

test('the scope is that of the resource; namespaces are cluster-scoped', () => {
  const found = (scope: string) => [deployment, node, namespace].map((subject) => matches({ scope }, subject));
  assert.deepEqual(found('*'), [true, true, true]);
  assert.deepEqual(found('Namespaced'), [true, false, false]);
  assert.deepEqual(found('Cluster'), [false, true, true]);
});
