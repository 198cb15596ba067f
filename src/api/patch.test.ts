import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { deployments } from '#kinds/deployment/deployment.ts';
import { pods } from '#kinds/pod/pod.ts';

const ref = { namespace, name: 'a' };

test('fifty patches of distinct keys at once all succeed and all stay', async () => {
  const harness = await Harness.start();
  await harness.configMap('a');
  const keys = Array.from({ length: 50 }, (_, n) => `key-${n}`);
  await Promise.all(
    keys.map((key) => harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { [key]: 'x' } } })),
  );
  const { data } = await harness.client.get(configMaps, ref);
  assert.deepEqual(Object.keys(data ?? {}).sort(), keys.toSorted());
});

test('a patch that lost a race is computed anew against what the winner wrote', async () => {
  const harness = await Harness.start();
  await harness.configMap('a', { n: '1' });
  const { store } = harness;
  const write = store.write.bind(store);
  let raced = false;
  store.write = async (wish) => {
    if (!raced && wish.op === 'put') {
      raced = true;
      await harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { other: 'x' } } });
    }
    return write(wish);
  };
  const patched = await harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { n: '2' } } });
  assert.deepEqual(patched.data, { n: '2', other: 'x' });
});

test('a patch with a stale resourceVersion is a conflict', async () => {
  const harness = await Harness.start();
  const seen = await harness.configMap('a');
  await harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { n: '1' } } });
  const { resourceVersion } = seen.metadata;
  const stale = { type: 'merge', body: { metadata: { resourceVersion }, data: { n: '2' } } } as const;
  assert.equal((await refusal(harness.client.patch(configMaps, ref, stale))).reason, 'Conflict');
});

test('a patch without effect writes nothing', async () => {
  const harness = await Harness.start();
  await harness.configMap('a', { n: '1' });
  const before = harness.store.revision;
  await harness.client.patch(configMaps, ref, { type: 'merge', body: { data: { n: '1' } } });
  assert.equal(harness.store.revision, before);
});

test('a patch may not rename, move or turn an object into another kind', async () => {
  const harness = await Harness.start();
  await harness.configMap('a');
  const merge = (body: object) => refusal(harness.client.patch(configMaps, ref, { type: 'merge', body }));
  assert.match((await merge({ metadata: { name: 'b' } })).message, /^the name of the object \(b\) does not match/);
  assert.match((await merge({ metadata: { namespace: 'x' } })).message, /^the namespace of the provided object/);
  const kind = await merge({ kind: 'Secret' });
  assert.equal(kind.code, 422);
  assert.match(kind.message, /converting \(v1\.Secret\) to \(core\.ConfigMap\): unknown conversion$/);
  assert.match(
    (await merge({ apiVersion: null })).message,
    /^the name of the object \(a based on URL\) was undetermin/,
  );
  await harness.client.patch(configMaps, ref, { type: 'merge', body: { kind: null } });
});

test('nobody asks what a strategic merge patch makes is; where nothing is left of an object, it has no name', async () => {
  const harness = await Harness.start();
  await harness.configMap('a');
  const body = { kind: 'Secret', apiVersion: 'v9', data: { n: '1' } };
  const { kind, apiVersion, data } = await harness.client.patch(configMaps, ref, { type: 'strategic', body });
  assert.deepEqual([kind, apiVersion, data], ['ConfigMap', 'v1', { n: '1' }]);
  const emptied = harness.client.patch(configMaps, ref, { type: 'strategic', body: { $patch: 'delete' } });
  assert.match((await refusal(emptied)).message, /^the name of the object \(a based on URL\) was undeterminable/);
});

test('operations of a JSON patch with values of a wrong type are told by type, unless nothing is to be checked', async () => {
  const harness = await Harness.start();
  const { api, context } = harness;
  await harness.configMap('a');
  const message = async (text: string, fieldValidation: 'Ignore' | 'Warn' = 'Warn') => {
    const request = { ...plainWrite, type: 'json', patch: { text }, force: undefined, fieldValidation } as const;
    return (await refusal(api.patch(context, harness.target(configMaps, 'a'), request))).message;
  };
  const start = 'error decoding patch: json: cannot unmarshal';
  assert.equal(await message('{}'), `${start} object into Go value of type []handlers.jsonPatchOp`);
  assert.equal(await message('[1]'), `${start} number into Go value of type handlers.jsonPatchOp`);
  assert.equal(
    await message('[{"op": 1, "path": "/a"}]'),
    `${start} number into Go struct field jsonPatchOp.op of type string`,
  );
  assert.equal(await message('{}', 'Ignore'), 'json: cannot unmarshal object into Go value of type jsonpatch.Patch');
});

test('a wrong type is 422 about the patch; unknown fields are dropped, warned about or refused as asked', async () => {
  const harness = await Harness.start();
  const { api, context, warnings } = harness;
  await harness.configMap('a');
  const target = harness.target(configMaps, 'a');
  const merge = (text: string, fieldValidation: 'Ignore' | 'Warn' | 'Strict') =>
    api.patch(context, target, { ...plainWrite, type: 'merge', patch: { text }, force: undefined, fieldValidation });
  assert.equal((await refusal(merge('{"data": {"a": 1}}', 'Ignore'))).code, 422);
  await merge('{"dat": {}}', 'Ignore');
  assert.deepEqual(warnings, []);
  await merge('{"dat": {}}', 'Warn');
  assert.deepEqual(warnings, ['unknown field "dat"']);
  const strict = await refusal(merge('{"dat": {}}', 'Strict'));
  assert.match(strict.message, /strict decoding error: unknown field "dat"$/);
  const broken = async (type: 'json' | 'merge' | 'strategic', fieldValidation: 'Ignore' | 'Warn') => {
    const request = { ...plainWrite, type, patch: { text: '{"data":' }, force: undefined, fieldValidation };
    return (await refusal(api.patch(context, target, request))).message;
  };
  const end = 'unexpected end of JSON input';
  assert.equal(await broken('merge', 'Ignore'), 'Invalid JSON Patch');
  assert.equal(await broken('merge', 'Warn'), `error decoding patch: ${end}`);
  assert.equal(await broken('json', 'Ignore'), end);
  assert.equal(await broken('json', 'Warn'), `error decoding patch: ${end}`);
  assert.equal(await broken('strategic', 'Warn'), end);
});

test('keys that stand twice in a patch, and fields no operation has, are told before what the object does not know', async () => {
  const harness = await Harness.start();
  const { api, context, warnings } = harness;
  await harness.configMap('a');
  const target = harness.target(configMaps, 'a');
  const send = (type: 'json' | 'merge' | 'strategic', text: string, fieldValidation: 'Ignore' | 'Warn' | 'Strict') =>
    api.patch(context, target, { ...plainWrite, type, patch: { text }, force: undefined, fieldValidation });
  const twice = '{"dat": {}, "data": {"a": "1", "a": "2"}}';
  await send('merge', twice, 'Ignore');
  assert.deepEqual(warnings, []);
  await send('merge', twice, 'Warn');
  assert.deepEqual(warnings.splice(0), ['duplicate field "data.a"', 'unknown field "dat"']);
  await send('strategic', twice, 'Warn');
  assert.deepEqual(warnings.splice(0), ['duplicate field "data.a"', 'unknown field "dat"']);
  const operations = '[{"op": "add", "path": "/data/b", "path": "/data/c", "value": {"x": 1, "x": 2}, "foo": 1}]';
  const refused = (await refusal(send('json', operations, 'Strict'))).message;
  assert.match(refused, /cannot unmarshal/);
  const good = operations.replace('{"x": 1, "x": 2}', '"3"');
  assert.match(
    (await refusal(send('json', good, 'Strict'))).message,
    /strict decoding error: json patch duplicate field "\[0\]\.path", json patch unknown field "\[0\]\.foo"$/,
  );
  assert.match(
    (await refusal(send('strategic', twice, 'Strict'))).message,
    /^ "" is invalid: patch: Invalid value: "map\[dat:map\[\] data:map\[a:2\]\]": strict decoding error: duplicate field/,
  );
});

test('a strategic patch of the status merges conditions by type', async () => {
  const harness = await Harness.start();
  await harness.pod('a');
  const condition = (type: string, status: string) => ({
    type: 'strategic' as const,
    body: { status: { conditions: [{ type, status }] } },
  });
  await harness.client.patch(pods, ref, condition('Ready', 'False'), { subresource: 'status' });
  await harness.client.patch(pods, ref, condition('Initialized', 'True'), { subresource: 'status' });
  const pod = await harness.client.patch(pods, ref, condition('Ready', 'True'), { subresource: 'status' });
  const shown = pod.status.conditions?.map(({ type, status }) => `${type}=${status}`).sort();
  assert.deepEqual(shown, ['Initialized=True', 'Ready=True']);
});

test('what the status endpoint of a pod leaves as it is, nobody owns by writing it there', async () => {
  const harness = await Harness.start();
  await harness.client.create(pods, { metadata: ref, spec: { containers: [{ name: 'c', image: 'i' }] } } as never);
  const deletionTimestamp = '2020-01-01T00:00:00Z';
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', deletionTimestamp, ownerReferences: [] },
    spec: { containers: [{ name: 'c', image: 'other' }] },
    status: { phase: 'Running' },
  };
  const patch = { type: 'apply', body } as const;
  const pod = await harness.client.patch(pods, ref, patch, { subresource: 'status', fieldManager: 'kubelet' });
  const entry = pod.metadata.managedFields?.find(({ manager }) => manager === 'kubelet');
  assert.deepEqual(entry?.fieldsV1, { 'f:status': { 'f:phase': {} } });
  assert.deepEqual([pod.metadata.deletionTimestamp, pod.spec.containers[0]?.image], [undefined, 'i']);
});

test('who applies new sizes to a pod, or a container for debugging, owns nothing else', async () => {
  const harness = await Harness.start();
  const requests = { cpu: '1' };
  const container = { name: 'c', image: 'i', resources: { requests } };
  await harness.client.create(pods, { metadata: ref, spec: { containers: [container] } } as never);
  const apply = async (subresource: 'resize' | 'ephemeralcontainers', spec: object) => {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', labels: { a: 'b' } }, spec };
    const options = { subresource, fieldManager: subresource, force: true } as const;
    const pod = await harness.client.patch(pods, ref, { type: 'apply', body }, options);
    return pod.metadata.managedFields?.find(({ manager }) => manager === subresource)?.fieldsV1;
  };
  const resources = { requests: { cpu: '2' } };
  assert.deepEqual(await apply('resize', { containers: [{ name: 'c', image: 'other', resources }] }), {
    'f:spec': {
      'f:containers': { 'k:{"name":"c"}': { '.': {}, 'f:resources': { 'f:requests': { 'f:cpu': {} } } } },
    },
  });
  const ephemeralContainers = [{ name: 'd', image: 'debug' }];
  assert.deepEqual(await apply('ephemeralcontainers', { containers: [container], ephemeralContainers }), {
    'f:spec': { 'f:ephemeralContainers': { 'k:{"name":"d"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
  });
});

test('the labels of a Deployment belong to nobody who writes its status', async () => {
  const harness = await Harness.start();
  const selector = { matchLabels: { app: 'web' } };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  await harness.client.create(deployments, { metadata: ref, spec: { selector, template } } as never);
  const body = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', labels: { a: 'b' } },
    status: { replicas: 3 },
  };
  const patch = { type: 'apply', body } as const;
  const shown = await harness.client.patch(deployments, ref, patch, { subresource: 'status', fieldManager: 'counter' });
  const entry = shown.metadata.managedFields?.find(({ manager }) => manager === 'counter');
  assert.deepEqual(entry?.fieldsV1, { 'f:status': { 'f:replicas': {} } });
});

test('who writes a DaemonSet owns the count of its templates, though it is the server that counts', async () => {
  const harness = await Harness.start();
  const selector = { matchLabels: { app: 'web' } };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const body = { metadata: ref, spec: { selector, template } } as never;
  const made = await harness.client.create(daemonSets, body, { fieldManager: 'maker' });
  const owned = (set: DaemonSet, manager: string) => {
    const fields = set.metadata.managedFields?.find((entry) => entry.manager === manager)?.fieldsV1 as
      | { readonly 'f:metadata'?: { readonly 'f:annotations'?: unknown } }
      | undefined;
    return fields?.['f:metadata']?.['f:annotations'];
  };
  const count = 'f:deprecated.daemonset.template.generation';
  assert.deepEqual(owned(made, 'maker'), { '.': {}, [count]: {} });
  const put = await harness.client.update(daemonSets, body, { fieldManager: 'writer' });
  assert.deepEqual([owned(put, 'maker'), owned(put, 'writer')], [{}, { [count]: {} }]);
  assert.equal(put.metadata.annotations?.[count.slice(2)], '1');
});

test('applying creates, owns, conflicts and forces', async () => {
  const harness = await Harness.start();
  const apply = (manager: string, data: object, force = false) => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data };
    return harness.client.patch(configMaps, ref, { type: 'apply', body }, { fieldManager: manager, force });
  };
  const made = await apply('m1', { a: '1', b: '1' });
  assert.deepEqual(made.data, { a: '1', b: '1' });
  assert.equal((await apply('m1', { a: '1', b: '1' })).metadata.resourceVersion, made.metadata.resourceVersion);
  const conflict = await refusal(apply('m2', { a: '2' }));
  assert.equal(conflict.message, 'Apply failed with 1 conflict: conflict with "m1": .data.a');
  assert.deepEqual(conflict.details?.causes?.[0], {
    reason: 'FieldManagerConflict',
    message: 'conflict with "m1"',
    field: '.data.a',
  });
  await apply('m2', { a: '2' }, true);
  const left: ConfigMap = await apply('m1', {});
  assert.deepEqual(left.data, { a: '2' });
});

test('an apply needs a manager, reads YAML, and refuses what it cannot find', async () => {
  const harness = await Harness.start();
  const { api, context } = harness;
  const target = harness.target(configMaps, 'a');
  const apply = (text: string, fieldManager: string | undefined) =>
    api.patch(context, target, { ...plainWrite, fieldManager, type: 'apply', patch: { text }, force: undefined });
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: v\n';
  assert.match(
    (await refusal(apply(yaml, undefined))).message,
    /fieldManager: Required value: is required for apply patch$/,
  );
  assert.equal((await apply(yaml, 'm')).created, true);
  assert.equal((await apply(yaml, 'm')).created, false);
  const fraction =
    '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "deletionGracePeriodSeconds": 1.5}}';
  const unfit = await refusal(apply(fraction, 'm'));
  assert.equal(unfit.code, 500);
  assert.equal(
    unfit.message,
    'failed to convert new object (/a; /v1, Kind=ConfigMap) to proper version: ' +
      'unable to convert unstructured object to /v1, Kind=ConfigMap: cannot convert float64 to int64',
  );
  assert.match(
    (await refusal(apply('a: b: c', 'm'))).message,
    /^error decoding YAML: error converting YAML to JSON: yaml: line 1: /,
  );
  const otherUid = yaml.replace('name: a', 'name: a\n  uid: u-1');
  assert.equal((await refusal(apply(otherUid, 'm'))).code, 422);
  await harness.client.delete(configMaps, ref);
  assert.match((await refusal(apply(otherUid, 'm'))).message, /uid mismatch: the provided object specified uid u-1/);
});

test('what cannot be an object of the kind is quoted as upstream does: a strategic patch itself, else what it made', async () => {
  const harness = await Harness.start();
  await harness.configMap('a');
  const message = async (type: 'merge' | 'strategic', body: object) =>
    (await refusal(harness.client.patch(configMaps, ref, { type, body: body as never }))).message;
  const wrong: readonly [object, string][] = [
    [{ data: 'x' }, '"map[data:x]": cannot restore map from string'],
    [{ data: { a: 1 } }, '"map[data:map[a:1]]": cannot convert int64 to string'],
    [{ data: { a: true } }, '"map[data:map[a:true]]": unrecognized type: string'],
    [{ immutable: 'yes' }, '"map[immutable:yes]": unrecognized type: bool'],
    [{ metadata: { ownerReferences: 3 } }, '"map[metadata:map[ownerReferences:3]]": cannot restore slice from int64'],
    [{ metadata: 'x' }, '"map[metadata:x]": cannot restore struct from: string'],
  ];
  for (const [body, text] of wrong)
    assert.equal(await message('strategic', body), ` "" is invalid: patch: Invalid value: ${text}`);
  assert.match(
    await message('merge', { data: { a: 1 } }),
    /^ "" is invalid: patch: Invalid value: "\{.*\}": json: cannot unmarshal number into Go struct field ConfigMap\.data of type string$/,
  );
});
