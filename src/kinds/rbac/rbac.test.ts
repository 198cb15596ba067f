import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { clusterRoleBindings, roleBindings } from '#kinds/rbac/bindings.ts';
import { clusterRoles, roles } from '#kinds/rbac/roles.ts';
import { decode } from '#schema/decode.ts';
import type { Draft } from '#schema/type.ts';

/** The object as decoding and defaulting leave it. */
function complete<T extends KubeObject>({ schema, rules }: ResourceDefinition<T>, body: object): T {
  const draft = decode(schema, { metadata: { name: 'x' }, ...body }).value as unknown as Draft<T>;
  rules.defaults?.(draft);
  return draft as T;
}

function findings<T extends KubeObject>(resource: ResourceDefinition<T>, body: object): readonly string[] {
  const found = resource.rules.validate?.(complete(resource, body)) ?? [];
  return found.map(({ field, message }) => `${field}: ${message}`);
}

test('a role without rules says null, as upstream does', () => {
  assert.equal(complete(roles, {}).rules, null);
  assert.equal(complete(clusterRoles, { rules: [] }).rules, null);
});

test('a rule is about resources or about paths, and paths are for the whole cluster', () => {
  const both = { verbs: ['get'], apiGroups: [''], resources: ['pods'], nonResourceURLs: ['/a'] };
  const mixed = 'rules cannot apply to both regular resources and non-resource URLs';
  const namespaced = 'namespaced rules cannot apply to non-resource URLs';
  const field = 'rules[0].nonResourceURLs: Invalid value: ["/a"]';
  assert.deepEqual(findings(clusterRoles, { rules: [both] }), [`${field}: ${mixed}`]);
  assert.deepEqual(findings(roles, { rules: [both] }), [`${field}: ${namespaced}`, `${field}: ${mixed}`]);
  assert.deepEqual(findings(clusterRoles, { rules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }] }), []);
  assert.deepEqual(findings(roles, { rules: [{}] }), [
    'rules[0].verbs: Required value: verbs must contain at least one value',
    'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    'rules[0].resources: Required value: resource rules must supply at least one resource',
  ]);
});

test('a role that is made up of others says of which', () => {
  const field = 'aggregationRule.clusterRoleSelectors';
  assert.match(
    findings(clusterRoles, { aggregationRule: {} })[0] ?? '',
    /clusterRoleSelectors: Required value: at least/,
  );
  const rule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }, { matchLabels: { 'a b': 'c' } }] };
  assert.ok(findings(clusterRoles, { aggregationRule: rule })[0]?.startsWith(`${field}[1].matchLabels`));
});

test('users and groups belong to the group of roles unless said, service accounts to none', () => {
  const subjects = ['User', 'Group', 'ServiceAccount'].map((kind) => ({ kind, name: 'x' }));
  const binding = complete(roleBindings, { roleRef: { kind: 'Role', name: 'r' }, subjects });
  const group = 'rbac.authorization.k8s.io';
  assert.deepEqual(
    binding.subjects?.map(({ apiGroup }) => apiGroup),
    [group, group, undefined],
  );
  assert.equal(binding.roleRef.apiGroup, group);
});

test('everywhere, a role is a cluster role and an account has a namespace', () => {
  const subjects = [{ kind: 'ServiceAccount', name: 'bot' }];
  assert.deepEqual(findings(roleBindings, { roleRef: { kind: 'Role', name: 'r' }, subjects }), []);
  assert.deepEqual(findings(clusterRoleBindings, { roleRef: { kind: 'Role', name: 'r' }, subjects }), [
    'roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"',
    'subjects[0].namespace: Required value',
  ]);
  const bad = { kind: 'ServiceAccount', name: 'bot', apiGroup: 'x' };
  assert.deepEqual(findings(roleBindings, { roleRef: { kind: 'Role', name: 'r' }, subjects: [bad] }), [
    'subjects[0].apiGroup: Unsupported value: "x": supported values: ""',
  ]);
});

test('a binding stays with its role, and may change its subjects', () => {
  const old = complete(roleBindings, { roleRef: { kind: 'Role', name: 'r' } });
  const update = (body: object) => roleBindings.rules.validateUpdate?.(complete(roleBindings, body), old) ?? [];
  assert.deepEqual(update({ roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'User', name: 'x' }] }), []);
  assert.match(update({ roleRef: { kind: 'ClusterRole', name: 'r' } })[0]?.message ?? '', /: cannot change roleRef$/);
});

test('names of roles go where paths go', () => {
  assert.deepEqual(roles.rules.nameProblems('system:Any_name', false), []);
  assert.deepEqual(roles.rules.nameProblems('a/b', false), ["may not contain '/'"]);
});

test('bindings are listed with who gets what', () => {
  const subjects = [
    { kind: 'User', name: 'kim' },
    { kind: 'User', name: 'lee' },
    { kind: 'Group', name: 'crew' },
    { kind: 'ServiceAccount', name: 'bot', namespace: 'dock' },
  ];
  const binding = complete(roleBindings, { roleRef: { kind: 'Role', name: 'r' }, subjects });
  const cells = roleBindings.table.cells(binding, 0);
  assert.deepEqual(cells, ['x', 'Role/r', '<unknown>', 'kim, lee', 'crew', 'dock/bot']);
});
