import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import type { Scale } from '#kinds/scale/schema.ts';
import { buoys, served, v1 } from './test-definitions.ts';

const scale = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.status.selector',
};
const both = [{ ...v1, subresources: { status: {}, scale } }];

test('status is written through its own endpoint, which takes nothing else', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const resource = await served(harness, buoys({ versions: both }));
  const made = await client.create(resource, {
    metadata: { name: 'a', namespace },
    spec: { depth: 1 },
    status: { phase: 'Lit' },
  });
  assert.equal(made.status, undefined);
  const change = { metadata: { labels: { x: 'y' } }, spec: { depth: 9 }, status: { phase: 'Lit' } };
  const ref = { namespace, name: 'a' };
  const lit = await client.patch(resource, ref, { type: 'merge', body: change }, { subresource: 'status' });
  assert.deepEqual(
    [lit.status, lit.spec?.depth, lit.metadata.labels, lit.metadata.generation],
    [{ phase: 'Lit' }, 1, undefined, 1],
  );
  const deep = await client.patch(resource, ref, { type: 'merge', body: { spec: { depth: 2 }, status: null } });
  assert.deepEqual([deep.status, deep.metadata.generation], [{ phase: 'Lit' }, 2]);
});

test('who applies a whole object to the status owns the status alone, and clashes with nobody about the rest', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const resource = await served(harness, buoys({ versions: both }));
  const ref = { namespace, name: 'a' };
  const body = (depth: number, phase: string) => ({
    apiVersion: 'harbour.example/v1',
    kind: 'Buoy',
    metadata: { name: 'a', labels: { depth: String(depth) } },
    spec: { depth },
    status: { phase },
  });
  const apply = (manager: string, depth: number, phase: string, subresource?: 'status') =>
    client.patch(
      resource,
      ref,
      { type: 'apply', body: body(depth, phase) },
      { fieldManager: manager, ...(subresource === undefined ? {} : { subresource }) },
    );
  await apply('keeper', 1, 'Lit');
  const lit = await apply('lamp', 2, 'Dark', 'status');
  const owned = lit.metadata.managedFields?.map(({ manager, fieldsV1 }) => [manager, ...Object.keys(fieldsV1 ?? {})]);
  assert.deepEqual(owned, [
    ['keeper', 'f:metadata', 'f:spec'],
    ['lamp', 'f:status'],
  ]);
  assert.equal((await refusal(apply('lamp', 2, 'Dark'))).reason, 'Conflict');
  assert.equal((await refusal(apply('keeper', 1, 'Lit', 'status'))).reason, 'Conflict');
});

test('without a status endpoint the status is a field like others, and counts as a generation', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const resource = await served(harness);
  const body = { metadata: { name: 'a', namespace }, status: { phase: 'Dark' } };
  const made = await client.create(resource, body);
  assert.deepEqual([made.status, made.metadata.generation], [{ phase: 'Dark' }, 1]);
  const patch = { type: 'merge', body: { status: { phase: 'Lit' } } } as const;
  assert.equal((await client.patch(resource, { namespace, name: 'a' }, patch)).metadata.generation, 2);
});

test('a scale shows the replicas of an object, and sets them', async () => {
  const harness = await Harness.start();
  const { client, api, context } = harness;
  const resource = await served(harness, buoys({ versions: both }));
  const target = { ...harness.target(resource, 'a', 'scale') };
  const made = await client.create(resource, { metadata: { name: 'a', namespace }, spec: { depth: 1 } });
  const missing = await refusal(api.get(context, target, {}));
  assert.equal(missing.message, 'Internal error occurred: the spec replicas field ".spec.replicas" does not exist');
  const nothing = { ...plainWrite, type: 'merge', patch: { text: '{"spec":{}}' }, force: undefined } as const;
  const empty = await refusal(api.patch(context, target, nothing));
  assert.equal(`${empty.code} ${empty.message}`, '400 the spec replicas field ".spec.replicas" cannot be empty');
  const ref = { namespace, name: 'a' };
  const status = { replicas: 2, selector: 'app=a' };
  await client.patch(resource, ref, { type: 'merge', body: { status } }, { subresource: 'status' });
  const patched = await api.patch(context, target, {
    ...plainWrite,
    fieldManager: 'scaler',
    type: 'merge',
    patch: { text: '{"spec":{"replicas":3}}' },
    force: undefined,
  });
  const seen = (await api.get(context, target, {})) as Scale;
  assert.deepEqual(patched.object, seen);
  assert.deepEqual([seen.kind, seen.spec, seen.status], ['Scale', { replicas: 3 }, { replicas: 2, selector: 'app=a' }]);
  assert.equal(seen.metadata.uid, made.metadata.uid);
  const put = { ...seen, spec: { replicas: 5 } };
  await api.update(context, target, put, plainWrite);
  const stale = await refusal(api.update(context, target, put, plainWrite));
  assert.equal(stale.reason, 'Conflict');
  const { resourceVersion: _old, ...metadata } = seen.metadata;
  const negative = { ...seen, metadata, spec: { replicas: -1 } };
  const refused = await refusal(api.update(context, target, negative, plainWrite));
  assert.equal(
    refused.message,
    'Buoy.harbour.example "a" is invalid: .spec.replicas: Invalid value: -1: should be a non-negative integer',
  );
  const stored = await client.get(resource, ref);
  assert.deepEqual([stored.spec, stored.metadata.generation], [{ depth: 1, colour: 'red', replicas: 5 }, 3]);
  const owners = (stored.metadata.managedFields as readonly { manager: string; subresource?: string }[]).map(
    ({ manager, subresource }) => `${manager} ${subresource}`,
  );
  assert.deepEqual(owners, ['test undefined', 'test scale', 'test status']);
});

test('a scale can be applied, and belongs to who applied it', async () => {
  const harness = await Harness.start();
  const { client, api, context } = harness;
  const resource = await served(harness, buoys({ versions: both }));
  await client.create(resource, { metadata: { name: 'a', namespace }, spec: { replicas: 1 } });
  const text = (replicas: number): string =>
    JSON.stringify({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'a' }, spec: { replicas } });
  const request = {
    ...plainWrite,
    fieldManager: 'scaler',
    type: 'apply',
    patch: { text: text(4) },
    force: false,
  } as const;
  const target = harness.target(resource, 'a', 'scale');
  assert.equal((await refusal(api.patch(context, target, request))).reason, 'Conflict');
  const { object } = await api.patch(context, target, { ...request, force: true });
  assert.deepEqual((object as Scale).spec, { replicas: 4 });
});

test('applied lists are merged by the keys that the schema names', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const resource = await served(harness);
  const { kind, group, version } = resource;
  const apply = (fieldManager: string, light: object) => {
    const body = { kind, apiVersion: `${group}/${version}`, metadata: { name: 'a' }, spec: { lights: [light] } };
    return client.patch(resource, { namespace, name: 'a' }, { type: 'apply', body }, { fieldManager });
  };
  await apply('alpha', { kind: 'red' });
  const both = await apply('beta', { kind: 'green' });
  assert.deepEqual(both.spec?.lights, [{ kind: 'red' }, { kind: 'green' }]);
});

test('a quota counts custom objects, and a dry run leaves nothing behind', async () => {
  const harness = await Harness.start();
  const { client, api, context } = harness;
  const resource = await served(harness);
  const hard = { 'count/buoys.harbour.example': '1' };
  await client.create(resourceQuotas, { metadata: { name: 'q', namespace }, spec: { hard } });
  const quota = await client.get(resourceQuotas, { namespace, name: 'q' });
  const status = { hard, used: { 'count/buoys.harbour.example': '0' } };
  await client.update(resourceQuotas, { ...quota, status }, { subresource: 'status' });
  const body = (name: string) => ({ kind: '', apiVersion: '', metadata: { name, namespace } });
  await api.create(context, harness.target(resource), body('dry'), { ...plainWrite, dryRun: true });
  assert.deepEqual((await client.list(resource, { namespace })).items, []);
  await client.create(resource, { metadata: { name: 'a', namespace } });
  const second = await refusal(client.create(resource, { metadata: { name: 'b', namespace } }));
  assert.equal(second.code, 403);
  assert.match(second.message, /exceeded quota: q/);
});

test('objects of cluster scope have no namespace, and may own and be applied like others', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const names = { plural: 'harbours', kind: 'Harbour' };
  const resource = await served(harness, buoys({ names, scope: 'Cluster' }));
  const made = await client.create(resource, { metadata: { name: 'a' }, spec: { depth: 1 } });
  assert.equal(made.metadata.namespace, undefined);
  const body = { kind: 'Harbour', apiVersion: 'harbour.example/v1', metadata: { name: 'b' }, spec: { depth: 2 } };
  await client.patch(resource, { name: 'b' }, { type: 'apply', body }, { fieldManager: 'one' });
  const { items } = await client.list(resource);
  assert.deepEqual(
    items.map(({ metadata, spec }) => [metadata.name, spec?.depth]),
    [
      ['a', 1],
      ['b', 2],
    ],
  );
  await client.deleteCollection(resource, {});
  assert.deepEqual((await client.list(resource)).items, []);
});
