import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import type { LogOptions } from '#client/node-port.ts';
import { bindings } from '#kinds/pod/bindings.ts';
import { pods } from '#kinds/pod/pod.ts';

const ref = { namespace, name: 'p' };
const created = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

test('binding assigns a pod to a node once, with what the binding adds', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const { metadata } = await harness.pod('p', {}, { annotations: { a: '1' } });
  const bind = (target: object, more: object = {}) =>
    client.createSubresource(pods as never, ref, 'binding', { metadata: { name: 'p', ...more }, target });
  const stale = await refusal(bind({ kind: 'Node', name: 'n' }, { uid: 'other' }));
  assert.match(stale.message, /Precondition failed: UID in precondition: other, UID in object meta: /);
  const identity = { uid: metadata.uid, resourceVersion: metadata.resourceVersion, annotations: { by: 'me' } };
  assert.deepEqual(await bind({ kind: 'Node', name: 'n1' }, identity), created);
  const pod = await client.get(pods, ref);
  assert.equal(pod.spec.nodeName, 'n1');
  assert.deepEqual(pod.metadata.annotations, { a: '1', by: 'me' });
  assert.equal(pod.metadata.generation, 1);
  const [condition] = pod.status.conditions ?? [];
  assert.deepEqual([condition?.type, condition?.status], ['PodScheduled', 'True']);

  const again = await refusal(bind({ kind: 'Node', name: 'n2' }));
  const text = 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"';
  assert.deepEqual([again.code, again.message], [409, text]);
  const nothing = await refusal(bind({ kind: 'Pod', name: '' }));
  const kinds = 'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"';
  assert.deepEqual([nothing.code, nothing.message], [500, `[${kinds}, target.name: Required value]`]);
});

test('a binding posted to the collection of bindings does the same, and is stored nowhere', async () => {
  const harness = await Harness.start();
  await harness.pod('p');
  const binding = { metadata: { namespace, name: 'p' }, target: { kind: 'Node', name: 'n1' } };
  assert.deepEqual(await harness.client.create(bindings, binding), created);
  assert.equal((await harness.client.get(pods, ref)).spec.nodeName, 'n1');
  const missing = await refusal(harness.client.create(bindings, { ...binding, metadata: { namespace, name: 'x' } }));
  assert.equal(missing.message, 'pods "x" not found');
});

test('pods that go or wait behind a gate are not bound', async () => {
  const harness = await Harness.start();
  const bind = async (name: string) => {
    const body = { metadata: { name }, target: { kind: 'Node', name: 'n' } };
    return (await refusal(harness.client.createSubresource(pods as never, { namespace, name }, 'binding', body)))
      .message;
  };
  await harness.pod('gated', { schedulingGates: [{ name: 'example.org/wait' }] });
  assert.match(await bind('gated'), /pod gated has non-empty .spec.schedulingGates$/);
  await harness.pod('going', {}, { finalizers: ['example.org/x'] });
  await harness.client.delete(pods, { namespace, name: 'going' });
  assert.match(await bind('going'), /pod going is being deleted, cannot be assigned to a host$/);
  assert.equal(await bind('missing'), 'pods "missing" not found');
});

test('an eviction deletes the pod as its options say, and notes why', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await harness.pod('p', { nodeName: 'n' });
  const evict = (body: object) => client.createSubresource(pods as never, ref, 'eviction', body);
  for (const metadata of [{ name: 'other' }, {}]) {
    const wrong = await refusal(evict({ metadata }));
    assert.deepEqual([wrong.code, wrong.message], [400, 'name in URL does not match name in Eviction object']);
  }
  assert.deepEqual(await evict({ metadata: { name: 'p' }, deleteOptions: { gracePeriodSeconds: 7 } }), created);
  const pod = await client.get(pods, ref);
  assert.equal(pod.metadata.deletionGracePeriodSeconds, 7);
  const [condition] = pod.status.conditions ?? [];
  assert.deepEqual([condition?.type, condition?.reason], ['DisruptionTarget', 'EvictionByEvictionAPI']);
  const stale = evict({ metadata: { name: 'p' }, deleteOptions: { preconditions: { uid: 'other' } } });
  assert.equal((await refusal(stale)).reason, 'Conflict');
});

test('an eviction may ask for a version of the pod, and leaves what a finalizer holds marked', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const pod = await harness.pod('p', { nodeName: 'n' });
  const body = { metadata: { finalizers: ['example.com/hold'] } };
  const { metadata } = await client.patch(pods, ref, { type: 'merge', body });
  const evict = ({ resourceVersion }: { readonly resourceVersion: string }) => {
    const deleteOptions = { preconditions: { resourceVersion, uid: metadata.uid } };
    return client.createSubresource(pods as never, ref, 'eviction', { metadata: { name: 'p' }, deleteOptions });
  };
  const stale = await refusal(evict(pod.metadata));
  assert.deepEqual([stale.code, stale.reason], [409, 'Conflict']);
  assert.equal((await client.get(pods, ref)).metadata.deletionTimestamp, undefined);
  assert.deepEqual(await evict(metadata), created);
  const left = await client.get(pods, ref);
  assert.ok(left.metadata.deletionTimestamp !== undefined);
  assert.deepEqual(
    left.status.conditions?.map(({ type, status }) => [type, status]),
    [['DisruptionTarget', 'True']],
  );
});

test('a dry eviction leaves the pod alone', async () => {
  const harness = await Harness.start();
  const { resourceVersion } = (await harness.pod('p')).metadata;
  const body = { metadata: { name: 'p' }, deleteOptions: { dryRun: ['All'] } };
  await harness.client.createSubresource(pods as never, ref, 'eviction', body);
  assert.equal((await harness.client.get(pods, ref)).metadata.resourceVersion, resourceVersion);
});

test('ephemeral containers are added beside the rest of the spec, and stay', async () => {
  const harness = await Harness.start();
  await harness.pod('p');
  const guest = { name: 'dbg', image: 'tools:1' };
  const patch = (list: object[], more: object = {}) => {
    const body = { spec: { ephemeralContainers: list, ...more } };
    return harness.client.patch(pods, ref, { type: 'strategic', body }, { subresource: 'ephemeralcontainers' });
  };
  const pod = await patch([guest], { hostname: 'other' });
  assert.deepEqual(
    pod.spec.ephemeralContainers?.map(({ name }) => name),
    ['dbg'],
  );
  assert.equal(pod.spec.hostname, undefined);
  assert.equal(pod.metadata.generation, 2);
  const removed = await refusal(patch([{ name: 'dbg', $patch: 'delete' }]));
  assert.match(removed.message, /existing ephemeral containers "dbg" may not be removed/);
});

test('a log is read from the node that runs the pod', async () => {
  const asked: { readonly container: string; readonly options: LogOptions }[] = [];
  const nodes = (name: string) =>
    name !== 'n'
      ? undefined
      : {
          logs: async function* (_pod: unknown, container: string, options: LogOptions) {
            asked.push({ container, options });
            yield new TextEncoder().encode('hello\n');
          },
          exec: () => assert.fail('not asked for'),
          attach: () => assert.fail('not asked for'),
          removeVolume: () => assert.fail('not asked for'),
          dial: () => assert.fail('not asked for'),
        };
  const harness = await Harness.start({ nodes });
  await harness.pod('p', { nodeName: 'n' });
  await harness.pod('lost', { nodeName: 'gone' });
  await harness.pod('waiting');
  const bytes = await harness.log('p', { sinceSeconds: 10, tailLines: 0, follow: true });
  assert.deepEqual(await Array.fromAsync(bytes ?? []), [new TextEncoder().encode('hello\n')]);
  const since = harness.clock.now() - 10_000;
  const options = { follow: true, previous: false, timestamps: false, stream: 'All', tailLines: 0, since };
  assert.deepEqual(asked, [{ container: 'main', options }]);
  assert.equal(await harness.log('waiting', {}), undefined);
  assert.equal((await refusal(harness.log('lost', {}))).code, 500);
});

test('a log needs a container and sensible options', async () => {
  const harness = await Harness.start();
  const container = (name: string) => ({ name, image: 'i:1' });
  const spec = { containers: [container('a'), container('b')], initContainers: [container('i')] };
  await harness.pod('p', spec);
  const refused = async (request: object, name = 'p') => (await refusal(harness.log(name, request))).message;
  assert.equal(await refused({}, 'gone'), 'pods "gone" not found');
  assert.equal(await refused({ container: 'ghost' }), 'container ghost is not valid for pod p');
  const choice =
    'a container name must be specified for pod p, choose one of: [a b] or one of the init containers: [i]';
  assert.equal(await refused({}), choice);
  assert.equal(
    await refused({ tailLines: -1, sinceSeconds: 0 }),
    'PodLogOptions "p" is invalid: [sinceSeconds: Invalid value: 0: must be greater than 0, tailLines: Invalid value: -1: must be greater than or equal to 0]',
  );
  const both = { sinceSeconds: 1, sinceTime: '2026-01-01T00:00:00Z' };
  assert.match(await refused(both), /at most one of `sinceTime` or `sinceSeconds` may be specified$/);
  assert.match(await refused({ limitBytes: 0, stream: 'Both' }), /limitBytes: .*stream: Unsupported value: "Both"/);
});
