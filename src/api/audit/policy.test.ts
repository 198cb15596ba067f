import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditedTarget, type AuditPolicy, type AuditRule, auditDecision } from './policy.ts';

const plain: AuditRule = {
  level: 'Metadata',
  users: [],
  userGroups: [],
  verbs: [],
  resources: [],
  namespaces: [],
  nonResourceURLs: [],
  omitStages: [],
  omitManagedFields: undefined,
};
const alice = { name: 'alice', groups: ['devs', 'system:authenticated'] };

function policyOf(...rules: readonly Partial<AuditRule>[]): AuditPolicy {
  return { rules: rules.map((rule) => ({ ...plain, ...rule })), omitStages: [], omitManagedFields: false };
}

function on(plural: string, more: object = {}): AuditedTarget {
  const target = { group: '', version: 'v1', plural, namespace: 'team', name: undefined, subresource: undefined };
  return { ...target, ...more };
}

function level(rule: Partial<AuditRule>, target: AuditedTarget, verb = 'get'): string {
  return auditDecision(policyOf({ ...rule, level: 'Request' }), alice, verb, target).level;
}

test('the first rule that fits decides, and what fits none is not written', () => {
  const policy = policyOf({ level: 'None', verbs: ['get'] }, { level: 'Request', users: ['alice'] }, {});
  assert.equal(auditDecision(policy, alice, 'get', on('pods')).level, 'None');
  assert.equal(auditDecision(policy, alice, 'list', on('pods')).level, 'Request');
  assert.equal(auditDecision(policy, { ...alice, name: 'bob' }, 'list', on('pods')).level, 'Metadata');
  assert.equal(auditDecision(policyOf({ users: ['bob'] }), alice, 'get', on('pods')).level, 'None');
});

test('a rule is about users, groups, verbs and namespaces', () => {
  assert.equal(level({ userGroups: ['ops', 'devs'] }, on('pods')), 'Request');
  assert.equal(level({ userGroups: ['ops'] }, on('pods')), 'None');
  assert.equal(level({ verbs: ['list'] }, on('pods')), 'None');
  assert.equal(level({ namespaces: ['team'] }, on('pods')), 'Request');
  assert.equal(level({ namespaces: [''] }, on('pods')), 'None');
  assert.equal(level({ namespaces: [''] }, on('nodes', { namespace: undefined })), 'Request');
  assert.equal(level({ namespaces: ['team'] }, { path: '/version' }), 'None');
});

test('resources are named whole, with subresources, or by a star', () => {
  const resources = (...names: string[]) => ({ resources: [{ group: '', resources: names, resourceNames: [] }] });
  const log = on('pods', { subresource: 'log' });
  assert.equal(level(resources('pods'), on('pods')), 'Request');
  assert.equal(level(resources('pods'), log), 'None');
  for (const pattern of ['pods/log', 'pods/*', '*/log', '*']) assert.equal(level(resources(pattern), log), 'Request');
  assert.equal(level(resources('pods/*'), on('pods')), 'Request');
  assert.equal(level(resources('*/log'), on('pods')), 'None');
  assert.equal(level(resources(), log), 'Request');
  assert.equal(level(resources('pods'), on('pods', { group: 'metrics.k8s.io' })), 'None');
  const anyGroup = { resources: [{ group: '*', resources: ['pods'], resourceNames: [] }] };
  assert.equal(level(anyGroup, on('pods', { group: 'metrics.k8s.io' })), 'Request');
  const one = { resources: [{ group: '', resources: ['pods'], resourceNames: ['p'] }] };
  assert.equal(level(one, on('pods', { name: 'p' })), 'Request');
  assert.equal(level(one, on('pods', { name: 'q' })), 'None');
});

test('paths are named whole, or by how they begin', () => {
  assert.equal(level({ nonResourceURLs: ['/healthz*'] }, { path: '/healthz/ping' }), 'Request');
  assert.equal(level({ nonResourceURLs: ['/healthz'] }, { path: '/healthz/ping' }), 'None');
  assert.equal(level({ nonResourceURLs: ['*'] }, on('pods')), 'None');
});

test('a rule adds stages to leave out, and has the last word on managed fields', () => {
  const policy: AuditPolicy = {
    ...policyOf({ omitStages: ['ResponseStarted'], omitManagedFields: false }),
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
  };
  const decision = auditDecision(policy, alice, 'get', on('pods'));
  assert.deepEqual([...decision.omitStages], ['RequestReceived', 'ResponseStarted']);
  assert.equal(decision.omitManagedFields, false);
});
