import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainDelete } from '#api/delete-options.ts';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { jobs } from '#kinds/job/job.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { pods } from '#kinds/pod/pod.ts';

const ref = { namespace, name: 'a' };

test('an object nothing holds is gone at once, and the answer is a Status', async () => {
  const { api, context, client, configMap, target } = await started();
  const made = await configMap('a');
  const { answer, gone } = await api.delete(context, target(configMaps, 'a'), plainDelete);
  assert.equal(gone, true);
  const details = { name: 'a', kind: 'configmaps', uid: made.metadata.uid };
  assert.deepEqual(answer, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details });
  assert.equal((await refusal(client.get(configMaps, ref))).reason, 'NotFound');
});

test('finalizers hold an object; taking the last one away ends it with one DELETED event', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await harness.configMap('a', {}, { finalizers: ['example.org/x'] });
  const marked = await client.delete(configMaps, ref);
  assert.equal(marked?.metadata.deletionGracePeriodSeconds, 0);
  assert.equal((await client.delete(configMaps, ref))?.metadata.resourceVersion, marked?.metadata.resourceVersion);
  const watch = await harness.watch(configMaps, { resourceVersion: String(marked?.metadata.resourceVersion) });

  const last = await client.patch(configMaps, ref, {
    type: 'json',
    body: [{ op: 'remove', path: '/metadata/finalizers' }],
  });
  assert.equal(last.metadata.resourceVersion, marked?.metadata.resourceVersion);
  await harness.clock.advance(0);
  const [event] = watch.events;
  assert.equal(watch.events.length, 1);
  assert.ok(
    event?.type === 'DELETED' && Number(event.object.metadata.resourceVersion) > Number(last.metadata.resourceVersion),
  );
  assert.deepEqual(event.object.metadata.finalizers, ['example.org/x']);
});

test('no finalizer can be added to an object that is being deleted', async () => {
  const { client, configMap } = await started();
  await configMap('a', {}, { finalizers: ['example.org/x'] });
  await client.delete(configMaps, ref);
  const body = { metadata: { finalizers: ['example.org/x', 'example.org/y'] } };
  const refused = await refusal(client.patch(configMaps, ref, { type: 'merge', body }));
  assert.match(refused.message, /no new finalizers can be added if the object is being deleted/);
  assert.equal(refused.details?.causes?.length, 2);
});

test('propagation policies become finalizers; jobs orphan unless told otherwise, and say so', async () => {
  const harness = await Harness.start();
  const { api, context, warnings } = harness;
  const spec = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i:1' }] } } };
  const remove = async (options: object): Promise<readonly string[] | undefined> => {
    const job = await harness.client.create(jobs, { metadata: { generateName: 'j-', namespace }, spec } as never);
    const target = harness.target(jobs, job.metadata.name);
    const { object, gone } = await api.delete(context, target, { ...plainDelete, ...options });
    if (!gone) assert.equal(object.metadata.generation, 2);
    return gone ? undefined : object.metadata.finalizers;
  };
  assert.deepEqual(await remove({}), ['orphan']);
  assert.match(warnings.splice(0).join(), /^child pods are preserved by default when jobs are deleted/);
  assert.deepEqual(await remove({ propagationPolicy: 'Orphan' }), ['orphan']);
  assert.deepEqual(await remove({ orphanDependents: true }), ['orphan']);
  assert.deepEqual(await remove({ propagationPolicy: 'Foreground' }), ['foregroundDeletion']);
  assert.equal(await remove({ propagationPolicy: 'Background' }), undefined);
  assert.equal(await remove({ orphanDependents: false }), undefined);
  assert.deepEqual(warnings, []);
});

test('a second delete without a policy keeps what the first one asked for; another policy replaces it', async () => {
  const { client, configMap } = await started();
  await configMap('a');
  await client.delete(configMaps, ref, { propagationPolicy: 'Foreground' });
  assert.deepEqual((await client.delete(configMaps, ref))?.metadata.finalizers, ['foregroundDeletion']);
  const orphaned = await client.delete(configMaps, ref, { propagationPolicy: 'Orphan' });
  assert.deepEqual(orphaned?.metadata.finalizers, ['orphan']);
  assert.equal(await client.delete(configMaps, ref, { propagationPolicy: 'Background' }), undefined);
});

test('contradictory and unknown options are refused', async () => {
  const { client, configMap } = await started();
  await configMap('a');
  const remove = async (options: object) => (await refusal(client.delete(configMaps, ref, options))).message;
  const prefix = 'DeleteOptions.meta.k8s.io "" is invalid: ';
  const unknown = 'Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"';
  assert.equal(await remove({ propagationPolicy: 'Sideways' }), `${prefix}propagationPolicy: ${unknown}`);
  const both = 'Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set';
  assert.equal(
    await remove({ propagationPolicy: 'Orphan', orphanDependents: true }),
    `${prefix}propagationPolicy: ${both}`,
  );
  const dry = 'Unsupported value: ["Some"]: supported values: "All"';
  assert.equal(await remove({ dryRun: ['Some'] }), `${prefix}dryRun: ${dry}`);
});

test('preconditions protect another incarnation', async () => {
  const { client, configMap } = await started();
  const { metadata } = await configMap('a');
  const uid = await refusal(client.delete(configMaps, ref, { preconditions: { uid: 'other' } }));
  assert.equal(uid.details?.kind, 'ConfigMap');
  assert.match(uid.message, /^Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition \(other\)/);
  const version = await refusal(client.delete(configMaps, ref, { preconditions: { resourceVersion: '1' } }));
  assert.match(version.message, /the ResourceVersion in the precondition \(1\) does not match/);
  const { uid: own, resourceVersion } = metadata;
  assert.equal(await client.delete(configMaps, ref, { preconditions: { uid: own, resourceVersion } }), undefined);
});

test('a pod on a node gets its grace, which later deletes only shorten', async () => {
  const { client, clock, pod } = await started();
  await pod('a', { nodeName: 'n' });
  const seconds = async (options: object): Promise<string> => {
    const left = await client.delete(pods, ref, options);
    if (left === undefined) return 'gone';
    const { deletionTimestamp, deletionGracePeriodSeconds, generation } = left.metadata;
    return `${deletionTimestamp?.slice(14, 19)} ${deletionGracePeriodSeconds} ${generation}`;
  };
  assert.equal(await seconds({}), '00:30 30 2');
  await clock.advance(2_000);
  assert.equal(await seconds({ gracePeriodSeconds: 100 }), '00:30 30 2');
  assert.equal(await seconds({}), '00:30 30 2');
  assert.equal(await seconds({ gracePeriodSeconds: 5 }), '00:05 5 2');
  assert.equal(await seconds({ gracePeriodSeconds: -1 }), '00:01 1 2');
  assert.equal(await seconds({ gracePeriodSeconds: 0 }), 'gone');
});

test('a pod without a node goes at once, and the answer is the pod', async () => {
  const harness = await Harness.start();
  await harness.pod('a');
  const watch = await harness.watch(pods, { resourceVersion: String(harness.store.revision) });
  const { answer, gone } = await harness.api.delete(harness.context, harness.target(pods, 'a'), plainDelete);
  assert.equal(gone, true);
  assert.equal(answer.kind, 'Pod');
  await harness.clock.advance(0);
  assert.deepEqual(watch.take(), ['MODIFIED a', 'DELETED a']);
});

test('a dry run deletes nothing', async () => {
  const { client, configMap, store } = await started();
  await configMap('a');
  const before = store.revision;
  assert.equal(await client.delete(configMaps, ref, { dryRun: ['All'] }), undefined);
  assert.equal(store.revision, before);
});

test('deletecollection takes what is selected and answers with it as it was', async () => {
  const { api, context, client, configMap, target } = await started();
  await configMap('a', {}, { labels: { set: 'x' } });
  await configMap('b', {}, { labels: { set: 'y' } });
  await configMap('c', {}, { labels: { set: 'x' }, finalizers: ['example.org/x'] });
  const { items } = await api.deleteCollection(context, target(configMaps), { labelSelector: 'set=x' }, plainDelete);
  assert.deepEqual(
    items.map((item) => [item.metadata.name, item.metadata.deletionTimestamp]),
    [
      ['a', undefined],
      ['c', undefined],
    ],
  );
  const left = await client.list(configMaps, { namespace });
  assert.deepEqual(
    left.items.map((item) => item.metadata.name),
    ['b', 'c'],
  );
});

test('a namespace terminates, takes nothing new, and goes once it is finalized', async () => {
  const harness = await Harness.start();
  const { client, api, context } = harness;
  const own = { name: 'brief' };
  await client.create(namespaces, { metadata: own, spec: {} });
  await client.create(configMaps, { metadata: { name: 'in', namespace: 'brief' } });
  const marked = await client.delete(namespaces, own);
  assert.equal(marked?.status.phase, 'Terminating');
  assert.equal(marked?.metadata.deletionGracePeriodSeconds, undefined);
  const late = await refusal(client.create(configMaps, { metadata: { name: 'late', namespace: 'brief' } }));
  assert.equal(late.code, 403);
  assert.equal(late.details?.causes?.[0]?.reason, 'NamespaceTerminating');
  await client.patch(configMaps, { namespace: 'brief', name: 'in' }, { type: 'merge', body: { data: { a: '1' } } });

  const target = harness.target(namespaces, 'brief', 'finalize');
  const request = { dryRun: false, fieldManager: undefined, fieldValidation: 'Ignore' } as const;
  await api.update(context, target, { metadata: own, spec: { finalizers: [] }, status: {} }, request);
  assert.equal((await refusal(client.get(namespaces, own))).reason, 'NotFound');
  const missing = await refusal(client.create(configMaps, { metadata: { name: 'late', namespace: 'brief' } }));
  assert.equal(missing.message, 'namespaces "brief" not found');
});

test('the first namespaces cannot be deleted', async () => {
  const { client } = await started();
  const refused = await refusal(client.delete(namespaces, { name: 'default' }));
  assert.equal(refused.message, 'namespaces "default" is forbidden: this namespace may not be deleted');
});

async function started() {
  const harness = await Harness.start();
  const { client, store, clock, api, context, target } = harness;
  const [configMap, pod] = [harness.configMap.bind(harness), harness.pod.bind(harness)];
  return { client, store, clock, api, context, target, configMap, pod };
}
