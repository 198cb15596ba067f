import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { validatingAdmissionPolicies } from '#kinds/admission-policy/admission-policies.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'policies' });
  await cluster.advance(1_000);
});
afterEach(() => cluster.stop());

const deployments = { operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] };

async function statusOf(name: string, rule: object, validations: readonly { expression: string }[], more: object = {}) {
  const matchConstraints = { resourceRules: [{ ...deployments, ...rule }] };
  const spec = { matchConstraints, validations, ...more };
  await cluster.client.create(validatingAdmissionPolicies, { metadata: { name }, spec });
  await cluster.advance(1_000);
  return (await cluster.client.get(validatingAdmissionPolicies, { name })).status;
}

test('expressions that fit the kinds they are about are told so', async () => {
  const expressions = [
    'object.spec.replicas > 1 && object.metadata.labels["a"] == "b" && oldObject == null',
    'object.spec.template.spec.containers.all(c, c.image.startsWith("a") && has(c.resources.limits))',
    'variables.names.all(n, n != "")',
  ];
  const variables = [{ name: 'names', expression: 'object.spec.template.spec.containers.map(c, c.name)' }];
  const status = await statusOf(
    'good',
    {},
    expressions.map((expression) => ({ expression })),
    { variables },
  );
  assert.deepEqual(status, { observedGeneration: 1, typeChecking: {} });
});

test('what a kind does not have is told, kind by kind', async () => {
  const rule = { resources: ['deployments', 'replicasets'] };
  const status = await statusOf('bad', rule, [
    { expression: 'object.replicas > 1' },
    { expression: 'object.spec.paused == true' },
  ]);
  const problem = (at: number, field: string, source: string) =>
    `compilation failed: ERROR: <input>:1:${at}: undefined field '${field}'\n | ${source}\n | ${'.'.repeat(at - 1)}^\n`;
  const first = problem(7, 'replicas', 'object.replicas > 1');
  assert.deepEqual(status.typeChecking?.expressionWarnings, [
    {
      fieldRef: 'spec.validations[0].expression',
      warning: `apps/v1, Kind=Deployment: ${first}\napps/v1, Kind=ReplicaSet: ${first}`,
    },
    {
      fieldRef: 'spec.validations[1].expression',
      warning: `apps/v1, Kind=ReplicaSet: ${problem(12, 'paused', 'object.spec.paused == true')}`,
    },
  ]);
});

test('custom resources have the fields of their definition, and parameters those of their kind', async () => {
  const openAPIV3Schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
  } as const;
  await cluster.client.create(customResourceDefinitions, {
    metadata: { name: 'buoys.sea.example' },
    spec: {
      group: 'sea.example',
      scope: 'Namespaced',
      names: { kind: 'Buoy', plural: 'buoys' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
  await cluster.advance(1_000);
  const rule = { apiGroups: ['sea.example'], resources: ['buoys'] };
  const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };
  const good = { expression: 'object.spec.size > 1 && object.metadata.name != params.data["a"]' };
  assert.deepEqual((await statusOf('good', rule, [good], { paramKind })).typeChecking, {});
  const bad = { expression: 'object.spec.weight > params.weight' };
  const [warning] = (await statusOf('bad', rule, [bad], { paramKind })).typeChecking?.expressionWarnings ?? [];
  assert.match(
    warning?.warning ?? '',
    /^sea\.example\/v1, Kind=Buoy: .*undefined field 'weight'.*undefined field 'weight'/s,
  );
});

test('policies about anything are not checked', async () => {
  const status = await statusOf('any', { apiGroups: ['*'] }, [{ expression: 'object.nothing' + ' == 1' }]);
  assert.deepEqual(status, { observedGeneration: 1, typeChecking: {} });
});
