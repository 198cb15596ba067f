import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { events } from '#kinds/event/event.ts';
import { leases } from '#kinds/lease/lease.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { runtimeClasses } from '#kinds/runtime-class/runtime-class.ts';
import type { Runtime } from '#node/runtime/runtime.ts';
import { bind, isGone, reaches, read, world } from '#node/test-world.ts';

test('the node registers, is Ready, and renews its lease every ten seconds', async () => {
  const it = await world();
  const node = await it.client.get(nodes, { name: 'n1' });
  assert.equal(node.status.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
  assert.deepEqual([node.status.allocatable?.cpu, node.status.allocatable?.pods], ['64', '110']);
  assert.equal(node.metadata.labels?.['kubernetes.io/hostname'], 'n1');
  const lease = () => it.client.get(leases, { namespace: 'kube-node-lease', name: 'n1' });
  const first = await lease();
  assert.equal(first.metadata.ownerReferences?.[0]?.uid, node.metadata.uid);
  const writes: string[] = [node.metadata.resourceVersion];
  for (let beat = 0; beat < 6; beat++) {
    await it.clock.advance(10_500);
    const { resourceVersion } = (await it.client.get(nodes, { name: 'n1' })).metadata;
    if (!writes.includes(resourceVersion)) writes.push(resourceVersion);
  }
  assert.notEqual((await lease()).spec.renewTime, first.spec.renewTime);
  assert.equal(writes.length, 1, 'a status that did not change is not written every time');
  await it.client.delete(nodes, { name: 'n1' });
  await it.clock.advance(11_000);
  assert.notEqual((await it.client.get(nodes, { name: 'n1' })).metadata.uid, node.metadata.uid);
  await it.agent.stop();
});

test('a pod runs and succeeds, and users are told', async () => {
  const it = await world();
  await bind(it, { simulate: { run: '5s' } });
  const running = await reaches(it, 'Running');
  assert.equal(running.status.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
  const pod = await reaches(it, 'Succeeded');
  assert.equal(pod.status.containerStatuses?.[0]?.state.terminated?.exitCode, 0);
  const reasons = (await it.client.list(events, { namespace: 'default' })).items.map(({ reason }) => reason);
  for (const reason of ['Pulled', 'Created', 'Started']) assert(reasons.includes(reason), reason);
  assert.deepEqual(it.seen, ['ADDED p Pending', 'MODIFIED p Running', 'MODIFIED p Succeeded']);
  await it.agent.stop();
});

test('a container that is over at once is told of once, one that stays after a moment', async () => {
  const it = await world((runtime) => Object.create(runtime, { probed: { value: true } }) as Runtime);
  await bind(it, { simulate: { run: '10ms' } });
  await reaches(it, 'Succeeded');
  assert.deepEqual(it.seen, ['ADDED p Pending', 'MODIFIED p Succeeded']);
  await bind(it, { name: 'q', simulate: { run: '25ms' } });
  await reaches(it, 'Succeeded', 60_000, 'q');
  assert.deepEqual(it.seen.slice(2), ['ADDED q Pending', 'MODIFIED q Running', 'MODIFIED q Succeeded']);
  await it.agent.stop();
});

test('OnFailure restarts with back-off until it succeeds', async () => {
  const it = await world();
  const simulate = [
    { run: '1s', exit: 1 },
    { run: '1s', exit: 1 },
    { run: '1s', exit: 0 },
  ];
  await bind(it, { simulate, spec: { restartPolicy: 'OnFailure' } });
  await it.clock.advance(5_000);
  const waiting = (await read(it)).status.containerStatuses?.[0];
  assert.equal(waiting?.state.waiting?.reason, 'CrashLoopBackOff');
  assert.equal(waiting?.lastState.terminated?.exitCode, 1);
  const pod = await reaches(it, 'Succeeded');
  assert.equal(pod.status.containerStatuses?.[0]?.restartCount, 2);
  assert(!it.seen.includes('MODIFIED p Failed'));
  await it.agent.stop();
});

test('a deleted pod ends with a verdict before it goes, and takes its traces along', async () => {
  const it = await world();
  await bind(it, { simulate: {}, spec: { terminationGracePeriodSeconds: 30 } });
  await reaches(it, 'Running');
  await it.client.delete(pods, { namespace: 'default', name: 'p' });
  await it.clock.advance(1_000);
  assert(await isGone(it));
  assert.deepEqual(it.seen.slice(-2), ['MODIFIED p Failed', 'DELETED p Failed']);
  assert.deepEqual(await it.runtime.list(), { sandboxes: [], containers: [] });
  await it.agent.stop();
});

test('what ignores the signal is killed after the grace; a second delete makes that sooner', async () => {
  const it = await world();
  await bind(it, { simulate: { ignoreTerm: true }, spec: { terminationGracePeriodSeconds: 300 } });
  await reaches(it, 'Running');
  await it.client.delete(pods, { namespace: 'default', name: 'p' });
  await it.clock.advance(10_000);
  assert(!(await isGone(it)));
  await it.client.delete(pods, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 3 });
  await it.clock.advance(3_500);
  assert(await isGone(it));
  await it.agent.stop();
});

test('a pod with a finalizer keeps its verdict, and is let go when the finalizer goes', async () => {
  const it = await world();
  const { metadata } = await bind(it, { simulate: {} });
  const patch = (finalizers: string[] | null) =>
    it.client.patch(pods, metadata, { type: 'merge', body: { metadata: { finalizers } } });
  await patch(['example.com/hold']);
  await reaches(it, 'Running');
  await it.client.delete(pods, metadata);
  const pod = await reaches(it, 'Failed');
  assert.notEqual(pod.metadata.deletionTimestamp, undefined);
  const { length } = it.seen;
  await it.clock.advance(60_000);
  assert(it.seen.length <= length + 1, 'the delete is not sent again and again');
  await patch(null);
  await it.clock.advance(1_000);
  assert(await isGone(it));
  await it.agent.stop();
});

test('a missing ConfigMap holds a container back, and its arrival lets it go', async () => {
  const it = await world();
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } }];
  await bind(it, { simulate: { run: '1s' }, spec: { containers: [{ name: 'c', image: 'i', env }] } });
  await it.clock.advance(3_000);
  const waiting = (await read(it)).status.containerStatuses?.[0]?.state.waiting;
  assert.deepEqual(waiting, { reason: 'CreateContainerConfigError', message: 'configmap "cm" not found' });
  await it.client.create(configMaps, { metadata: { namespace: 'default', name: 'cm' }, data: { k: 'v' } });
  const pod = await reaches(it, 'Succeeded', 20_000);
  assert.equal(pod.status.containerStatuses?.[0]?.restartCount, 0);
  await it.agent.stop();
});

test('a pod that does not fit, or may not be here, fails with upstream’s reason and is never started', async () => {
  const it = await world();
  const asking = (cpu: string) => ({ containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }] });
  await bind(it, { name: 'first', simulate: {}, spec: asking('60') });
  await reaches(it, 'Running', 5_000, 'first');
  await bind(it, { name: 'big', spec: asking('8') });
  const big = await reaches(it, 'Failed', 5_000, 'big');
  assert.equal(big.status.reason, 'OutOfcpu');
  const room = 'cpu, requested: 8000, used: 60000, capacity: 64000';
  assert.equal(big.status.message, `Pod was rejected: Node didn't have enough resource: ${room}`);
  assert.equal(big.status.containerStatuses, undefined);
  await bind(it, { name: 'picky', spec: { nodeSelector: { disk: 'ssd' } } });
  assert.equal((await reaches(it, 'Failed', 5_000, 'picky')).status.reason, 'NodeAffinity');
  await it.client.patch(nodes, { name: 'n1' }, { type: 'merge', body: { metadata: { labels: { disk: 'ssd' } } } });
  await bind(it, { name: 'lucky', spec: { nodeSelector: { disk: 'ssd' } } });
  await reaches(it, 'Succeeded', 5_000, 'lucky');
  await it.client.delete(pods, { namespace: 'default', name: 'first' });
  await it.clock.advance(1_000);
  await bind(it, { name: 'again', spec: asking('8') });
  await reaches(it, 'Succeeded', 5_000, 'again');
  await it.agent.stop();
});

test('the deadline fails a pod with its reason, and leaves the object', async () => {
  const it = await world();
  await bind(it, {
    simulate: { ignoreTerm: true },
    spec: { activeDeadlineSeconds: 3, terminationGracePeriodSeconds: 4 },
  });
  await reaches(it, 'Running');
  await it.clock.advance(5_000);
  assert.equal((await read(it)).status.phase, 'Running');
  const pod = await reaches(it, 'Failed', 4_000);
  assert.equal(pod.status.reason, 'DeadlineExceeded');
  await it.agent.stop();
});

test('a sidecar runs beside the main container, ends after it, and does not count', async () => {
  const it = await world();
  const initContainers = [{ name: 's', image: 'i', restartPolicy: 'Always' }];
  const annotations = { 'sampan.dev/simulate-s': '{"ignoreTerm":true}', 'sampan.dev/simulate-c': '{"run":"2s"}' };
  const spec = {
    nodeName: 'n1',
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 5,
    initContainers,
    containers: [{ name: 'c', image: 'i' }],
  } as unknown as PodSpec;
  await it.client.create(pods, { metadata: { namespace: 'default', name: 'p', annotations }, spec });
  await reaches(it, 'Running');
  await it.clock.advance(4_000);
  assert.equal((await read(it)).status.phase, 'Running', 'no verdict while the sidecar runs');
  const pod = await reaches(it, 'Succeeded', 5_000);
  assert.equal(pod.status.initContainerStatuses?.[0]?.state.terminated?.exitCode, 137);
  await it.agent.stop();
});

test('an agent that comes back adopts what runs, restarts nothing that ended, and clears what is nobody’s', async () => {
  const it = await world();
  await bind(it, { name: 'long', simulate: { run: '60s' } });
  await bind(it, { name: 'short', simulate: { run: '5s', exit: 3 } });
  const orphan = await bind(it, { name: 'orphan', simulate: {} });
  for (const name of ['long', 'short', 'orphan']) await reaches(it, 'Running', 5_000, name);
  await it.agent.stop();
  await it.clock.advance(10_000);
  await it.client.delete(pods, orphan.metadata, { gracePeriodSeconds: 0 });
  await it.restart();
  const short = await reaches(it, 'Failed', 5_000, 'short');
  assert.equal(short.status.containerStatuses?.[0]?.state.terminated?.exitCode, 3);
  const long = await reaches(it, 'Succeeded', 60_000, 'long');
  assert.equal(long.status.containerStatuses?.[0]?.restartCount, 0);
  const { containers } = await it.runtime.list();
  assert(!containers.some(({ podUid }) => podUid === orphan.metadata.uid));
  assert.equal(containers.length, 2, 'each ran once');
  await it.agent.stop();
});

test('a pod whose runtime class this node does not know waits, users are told, and it runs when the node knows it', async () => {
  const known = new Set<string>();
  const hasHandler = (name: string): boolean => known.has(name);
  const it = await world((runtime) => Object.assign(Object.create(runtime) as Runtime, { hasHandler }));
  await it.client.create(runtimeClasses, { metadata: { name: 'sandboxed' }, handler: 'runsc' });
  await bind(it, { simulate: { run: '1s' }, spec: { runtimeClassName: 'sandboxed' } });
  await it.clock.advance(20_000);
  const { phase, containerStatuses } = (await read(it)).status;
  assert.equal(phase, 'Pending');
  assert.deepEqual(containerStatuses?.[0]?.state, { waiting: { reason: 'ContainerCreating' } });
  const told = async () =>
    (await it.client.list(events, { namespace: 'default' })).items
      .filter(({ reason }) => reason === 'FailedCreatePodSandBox')
      .map(({ message }) => message);
  const prefix = 'Failed to create pod sandbox: ';
  const unknown = `${prefix}failed to get sandbox runtime: no runtime for "runsc" is configured`;
  assert.deepEqual(await told(), [unknown]);
  await it.client.delete(runtimeClasses, { name: 'sandboxed' });
  await it.clock.advance(20_000);
  assert.deepEqual(await told(), [unknown, `${prefix}runtimeclasses.node.k8s.io "sandboxed" not found`]);
  known.add('runsc');
  await it.client.create(runtimeClasses, { metadata: { name: 'sandboxed' }, handler: 'runsc' });
  await reaches(it, 'Succeeded', 20_000);
  await it.agent.stop();
});

test('logs come from the runtime, and their absence is explained in upstream’s words', async () => {
  const it = await world();
  await bind(it, { simulate: { run: '5s', log: 'one\ntwo' } });
  const pod = await reaches(it, 'Running');
  const options = { follow: false, previous: false, timestamps: false, stream: 'All' } as const;
  const signal = new AbortController().signal;
  const collect = async (target: Pod, previous: boolean) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of it.agent.port.logs(target, 'c', { ...options, previous }, signal)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  assert.equal(await collect(pod, false), 'one\ntwo\n');
  await assert.rejects(collect(pod, true), { message: 'previous terminated container "c" in pod "p" not found' });
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } }];
  await bind(it, { name: 'w', spec: { containers: [{ name: 'c', image: 'i', env }] } });
  await it.clock.advance(1_000);
  const waiting = { message: 'container "c" in pod "w" is waiting to start: CreateContainerConfigError' };
  await assert.rejects(collect(await read(it, 'w'), false), waiting);
  await it.agent.stop();
});

test('a deleted node whose owner wants to be told is not made again, and leaves nothing behind', async () => {
  let deleted = 0;
  const onDeleted = (): void => {
    deleted++;
  };
  const it = await world(undefined, { onDeleted });
  await bind(it, { name: 'polite', simulate: { run: '600s' } });
  await bind(it, { name: 'stubborn', simulate: { run: '600s', ignoreTerm: true } });
  await reaches(it, 'Running', 5_000, 'polite');
  await reaches(it, 'Running', 5_000, 'stubborn');
  await it.client.delete(nodes, { name: 'n1' });
  await it.clock.advance(60_000);
  assert.equal(deleted, 1);
  assert.deepEqual((await it.client.list(nodes)).items, []);
  let left = false;
  const leaving = it.agent.leave().then(() => {
    left = true;
  });
  await it.clock.advance(2_000);
  assert.deepEqual([await isGone(it, 'polite'), await isGone(it, 'stubborn'), left], [true, false, false]);
  await it.clock.advance(30_000);
  await leaving;
  assert.equal(await isGone(it, 'stubborn'), true);
  assert.deepEqual((await it.runtime.list()).containers, []);
  await it.agent.stop();
});

test('a deleted node is made again unless its owner wants to be told', async () => {
  const it = await world();
  await it.client.delete(nodes, { name: 'n1' });
  await it.clock.advance(12_000);
  assert.equal((await it.client.get(nodes, { name: 'n1' })).metadata.name, 'n1');
  await it.agent.stop();
});
