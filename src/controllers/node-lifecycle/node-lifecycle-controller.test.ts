import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { createNodeLifecycleController } from '#controllers/node-lifecycle/node-lifecycle-controller.ts';
import { events } from '#kinds/event/event.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'node-lifecycle', nodes: 2 });
});
afterEach(() => cluster.stop());

async function taints(name: string): Promise<readonly string[]> {
  const { spec } = await cluster.client.get(nodes, { name });
  return (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).toSorted();
}

async function conditions(name: string): Promise<readonly string[]> {
  const { status } = await cluster.client.get(nodes, { name });
  return (status.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value}:${reason}`).toSorted();
}

async function reasons(about: string): Promise<readonly string[]> {
  const { items } = await cluster.client.list(events, { namespace: 'default' });
  return items
    .filter(({ involvedObject }) => involvedObject.name === about)
    .map(({ type, reason }) => `${type} ${reason}`);
}

test('a node that is well has no taints, and keeps none for hours', async () => {
  await cluster.advance(3 * 3600_000);
  assert.deepEqual(await taints('node-1'), []);
  assert.equal(
    (await cluster.client.get(nodes, { name: 'node-1' })).metadata.annotations?.['node.alpha.kubernetes.io/ttl'],
    '0',
  );
});

test('a node that falls silent is unknown after its grace, tainted, and its pods are not ready', async () => {
  const annotations = { 'sampan.dev/simulate': '{"run":"24h"}' };
  const spec = { nodeName: 'node-1', containers: [{ name: 'main', image: 'example.com/app:1' }] };
  await cluster.client.create(pods, { metadata: { namespace: 'default', name: 'p', annotations }, spec } as never);
  await cluster.advance(10_000);
  await cluster.loseNode('node-1');
  await cluster.advance(35_000);
  assert.deepEqual(await taints('node-1'), [], 'not yet');
  await cluster.advance(30_000);
  assert.deepEqual(await taints('node-1'), [
    'node.kubernetes.io/unreachable:NoExecute',
    'node.kubernetes.io/unreachable:NoSchedule',
  ]);
  assert.deepEqual(await conditions('node-1'), [
    'DiskPressure=Unknown:NodeStatusUnknown',
    'MemoryPressure=Unknown:NodeStatusUnknown',
    'PIDPressure=Unknown:NodeStatusUnknown',
    'Ready=Unknown:NodeStatusUnknown',
  ]);
  assert.ok((await reasons('node-1')).includes('Normal NodeNotReady'));
  const pod = await cluster.client.get(pods, { namespace: 'default', name: 'p' });
  assert.equal(pod.status.conditions?.find(({ type }) => type === 'Ready')?.status, 'False');
  assert.equal(pod.status.phase, 'Running');
  assert.ok((await reasons('p')).includes('Warning NodeNotReady'));
  assert.deepEqual(await taints('node-2'), []);
});

test('when all nodes fall silent at once, none is made to give up its pods', async () => {
  await cluster.loseNode('node-1');
  await cluster.loseNode('node-2');
  await cluster.advance(120_000);
  assert.deepEqual(await taints('node-1'), ['node.kubernetes.io/unreachable:NoSchedule']);
  assert.deepEqual(await taints('node-2'), ['node.kubernetes.io/unreachable:NoSchedule']);
});

test('when the last node falls silent too, those before it need not give up their pods any more', async () => {
  await cluster.loseNode('node-1');
  await cluster.advance(80_000);
  assert.equal((await taints('node-1')).length, 2);
  await cluster.loseNode('node-2');
  await cluster.advance(80_000);
  for (const name of ['node-1', 'node-2']) {
    assert.deepEqual(await taints(name), ['node.kubernetes.io/unreachable:NoSchedule']);
  }
});

test('a node that says it is not ready is tainted until it says that it is', async () => {
  await cluster.loseNode('node-1');
  const say = async (status: string, reason: string): Promise<void> => {
    const condition = { type: 'Ready', status, reason, message: 'said by the test' };
    const body = { status: { conditions: [condition] } };
    await cluster.client.patch(nodes, { name: 'node-1' }, { type: 'strategic', body }, { subresource: 'status' });
    await cluster.advance(15_000);
  };
  await say('False', 'KubeletNotReady');
  assert.deepEqual(await taints('node-1'), [
    'node.kubernetes.io/not-ready:NoExecute',
    'node.kubernetes.io/not-ready:NoSchedule',
  ]);
  await say('True', 'KubeletReady');
  assert.deepEqual(await taints('node-1'), []);
});

async function makePod(): Promise<void> {
  const annotations = { 'sampan.dev/simulate': '{"run":"24h"}' };
  const spec = { nodeName: 'node-1', containers: [{ name: 'main', image: 'example.com/app:1' }] };
  await cluster.client.create(pods, { metadata: { namespace: 'default', name: 'p', annotations }, spec } as never);
  await cluster.advance(10_000);
}

async function isPodReady(name = 'p'): Promise<string | undefined> {
  const pod = await cluster.client.get(pods, { namespace: 'default', name });
  return pod.status.conditions?.find(({ type }) => type === 'Ready')?.status;
}

test('the silence of a node that was not ready anyway is no news, and its pods stay as they are', async () => {
  await makePod();
  await cluster.loseNode('node-1');
  const condition = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'said by the test' };
  const body = { status: { conditions: [condition] } };
  await cluster.client.patch(nodes, { name: 'node-1' }, { type: 'strategic', body }, { subresource: 'status' });
  await cluster.advance(120_000);
  assert.ok((await conditions('node-1')).includes('Ready=Unknown:NodeStatusUnknown'));
  assert.ok(!(await reasons('node-1')).includes('Normal NodeNotReady'));
  assert.equal(await isPodReady(), 'True');
});

test('a pod that is first seen on a node that is not ready is not ready either', async () => {
  await cluster.loseNode('node-1');
  const condition = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'said by the test' };
  const body = { status: { conditions: [condition] } };
  await cluster.client.patch(nodes, { name: 'node-1' }, { type: 'strategic', body }, { subresource: 'status' });
  await cluster.advance(1_000);
  const containers = [{ name: 'main', image: 'example.com/app:1' }];
  for (const [name, ready] of [
    ['p', 'True'],
    ['q', 'Unknown'],
  ] as const) {
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] };
    const ref = { namespace: 'default', name };
    await cluster.client.create(pods, { metadata: ref, spec: { containers, schedulerName: 'the-test' } } as never);
    await cluster.client.patch(pods, ref, { type: 'merge', body: { status } }, { subresource: 'status' });
    assert.equal(await isPodReady(name), ready);
    const binding = { metadata: { name }, target: { kind: 'Node', name: 'node-1' } };
    await cluster.client.createSubresource(pods, ref, 'binding', binding);
    await cluster.advance(1_000);
    assert.equal(await isPodReady(name), 'False');
    assert.ok((await reasons(name)).includes('Warning NodeNotReady'));
  }
});

test('what is said of a pod after its node fell silent is left alone', async () => {
  await makePod();
  await cluster.loseNode('node-1');
  await cluster.advance(70_000);
  assert.equal(await isPodReady(), 'False');
  const body = { status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  const ref = { namespace: 'default', name: 'p' };
  await cluster.client.patch(pods, ref, { type: 'strategic', body }, { subresource: 'status' });
  await cluster.advance(30_000);
  assert.equal(await isPodReady(), 'True');
});

test('a node that never says anything is given a minute, and is then unreachable', async () => {
  await cluster.client.create(nodes, { metadata: { name: 'mute' }, spec: {} });
  await cluster.advance(20_000);
  assert.deepEqual(await taints('mute'), []);
  await cluster.advance(60_000);
  assert.deepEqual(await taints('mute'), [
    'node.kubernetes.io/unreachable:NoExecute',
    'node.kubernetes.io/unreachable:NoSchedule',
  ]);
  assert.ok((await conditions('mute')).includes('Ready=Unknown:NodeStatusNeverUpdated'));
  assert.ok(!(await reasons('mute')).includes('Normal NodeNotReady'));
});

test('a taint that could not be written is written by the next try, and not in the next turn only', async () => {
  const world = await JobWorld.create();
  for (const [name, status] of [
    ['well', 'True'],
    ['ill', 'False'],
  ] as const) {
    const condition = { type: 'Ready', status, reason: 'said', message: 'by the test' };
    await world.client.create(nodes, { metadata: { name }, status: { conditions: [condition] } } as never);
  }
  let refusals = 1;
  const patch: typeof world.client.patch = (resource, ref, ...rest) =>
    ref.name === 'ill' && refusals-- > 0
      ? Promise.reject(apiErrors.conflict(nodes, 'ill', 'somebody was faster'))
      : world.client.patch(resource, ref, ...rest);
  world.controllerClient = Object.create(world.client, { patch: { value: patch } });
  await world.start(createNodeLifecycleController);
  await world.pass(1_000);
  const { spec } = await world.client.get(nodes, { name: 'ill' });
  assert.ok(spec.taints?.some(({ effect }) => effect === 'NoExecute'));
});
