import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findCondition } from '#kinds/meta/conditions.ts';
import { nodes } from '#kinds/node/node.ts';
import { podDisruptionBudgets } from '#kinds/pod-disruption-budget/pod-disruption-budget.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { SchedulerWorld } from '#scheduler/test-world.ts';

function scenario(name: string, body: (world: SchedulerWorld) => Promise<void>): void {
  test(name, async () => {
    const world = await SchedulerWorld.create();
    for (const [priority, value] of [
      ['hi', 1000],
      ['mid', 50],
      ['lo', 10],
    ] as const) {
      await world.client.create(priorityClasses, { metadata: { name: priority }, value });
    }
    await world.start();
    try {
      await body(world);
    } finally {
      await world.stop();
    }
  });
}

const of = (priorityClassName: string, more: object = {}) => ({ priorityClassName, ...more });

scenario(
  'a more important pod displaces a less important one gracefully, and takes its place when it has gone',
  async (world) => {
    await world.node('n1', { cpu: '2' });
    await world.create('low', { cpu: '2' }, of('lo'));
    await world.create('high', { cpu: '2' }, of('hi'));
    const [low, high] = [await world.pod('low'), await world.pod('high')];
    assert.ok(low.metadata.deletionTimestamp !== undefined);
    const target = findCondition(low.status.conditions, 'DisruptionTarget');
    assert.deepEqual(
      [target?.status, target?.reason, target?.message, target?.observedGeneration],
      ['True', 'PreemptionByScheduler', 'default-scheduler: preempting to accommodate a higher priority pod', 1],
    );
    assert.equal(high.status.nominatedNodeName, 'n1');
    assert.equal(await world.place('high'), 'Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.');
    assert.ok((await world.told()).includes(`Normal Preempted low: Preempted by pod ${high.metadata.uid} on node n1`));
    await world.create('upstart', { cpu: '1' }, of('mid'));
    await world.gone('low');
    assert.equal(await world.place('high'), 'n1');
    assert.equal((await world.pod('high')).status.nominatedNodeName, undefined);
    assert.match(await world.place('upstart'), /Insufficient cpu/);
  },
);

scenario('the node whose victims matter least is chosen, and no more go than must', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.node('n2', { cpu: '2' });
  const on = (node: string) => ({ nodeSelector: { 'kubernetes.io/hostname': node } });
  await world.create('m', { cpu: '2' }, of('mid', on('n1')));
  await world.create('l1', { cpu: '1' }, of('lo', on('n2')));
  await world.pass(1000);
  await world.create('l2', { cpu: '1' }, of('lo', on('n2')));
  await world.create('high', { cpu: '1' }, of('hi'));
  assert.equal((await world.pod('high')).status.nominatedNodeName, 'n2');
  const deleting = [];
  for (const name of ['m', 'l1', 'l2']) {
    if ((await world.pod(name)).metadata.deletionTimestamp !== undefined) deleting.push(name);
  }
  assert.deepEqual(deleting, ['l2'], 'of two equals the younger goes');
});

scenario('equals are never displaced, and a pod that may not displace says so', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.create('a', { cpu: '2' }, of('mid'));
  await world.create('b', { cpu: '2' }, of('mid'));
  assert.match(
    await world.place('b'),
    /preemption: 0\/1 nodes are available: 1 No preemption victims found for incoming pod\.$/,
  );
  await world.client.create(priorityClasses, { metadata: { name: 'polite' }, value: 1000, preemptionPolicy: 'Never' });
  await world.create('c', { cpu: '2' }, of('polite'));
  assert.match(
    await world.place('c'),
    /1 Insufficient cpu\. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never\.$/,
  );
  await world.finish('a');
  assert.equal(await world.place('c'), 'n1');
});

scenario('a victim that would not make enough room is left alone', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.create('rock', { cpu: '1' }, of('hi'));
  await world.create('low', { cpu: '1' }, of('lo'));
  await world.create('big', { cpu: '2' }, of('hi'));
  assert.match(await world.place('big'), /preemption: 0\/1 nodes are available: 1 Insufficient cpu\.$/);
  assert.equal((await world.pod('low')).metadata.deletionTimestamp, undefined);
});

/** Protects the pods of that label as far as `allowed` says. */
async function protect(world: SchedulerWorld, app: string, allowed: number): Promise<void> {
  const metadata = { namespace: 'ns', name: app };
  const spec = { minAvailable: 1, selector: { matchLabels: { app } } };
  await world.client.create(podDisruptionBudgets, { metadata, spec });
  const body = { status: { disruptionsAllowed: allowed } };
  await world.client.patch(podDisruptionBudgets, metadata, { type: 'merge', body }, { subresource: 'status' });
  await world.pass(0);
}

async function leaving(world: SchedulerWorld, ...names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => world.pod(name)));
  return found.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name);
}

scenario('whom a disruption budget protects stays before one who matters more', async (world) => {
  await protect(world, 'quorum', 0);
  await world.node('n1', { cpu: '2' });
  await world.create('guarded', { cpu: '1' }, of('lo'), { app: 'quorum' });
  await world.create('free', { cpu: '1' }, of('mid'), { app: 'other' });
  await world.create('high', { cpu: '1' }, of('hi'));
  assert.deepEqual(await leaving(world, 'guarded', 'free'), ['free']);
});

scenario(
  'the node is chosen where the fewest budgets are broken, and one is broken where nothing else helps',
  async (world) => {
    await protect(world, 'quorum', 1);
    const on = (node: string) => ({ nodeSelector: { 'kubernetes.io/hostname': node } });
    await world.node('n1', { cpu: '2' });
    await world.node('n2', { cpu: '2' });
    await world.create('a', { cpu: '1' }, of('lo', on('n1')), { app: 'quorum' });
    await world.create('b', { cpu: '1' }, of('lo', on('n1')), { app: 'quorum' });
    await world.create('c', { cpu: '2' }, of('mid', on('n2')));
    // Only one of the two may go.
    await world.create('wide', { cpu: '2' }, of('hi'));
    assert.deepEqual(await leaving(world, 'a', 'b', 'c'), ['c']);
    await world.create('must', { cpu: '2' }, of('hi', on('n1')));
    assert.deepEqual(await leaving(world, 'a', 'b', 'c'), ['a', 'b', 'c']);
  },
);

scenario('as many as a budget allows go as if it were not there', async (world) => {
  await protect(world, 'quorum', 1);
  await world.node('n1', { cpu: '1' });
  await world.node('n2', { cpu: '1' });
  const on = (node: string) => ({ nodeSelector: { 'kubernetes.io/hostname': node } });
  await world.create('guarded', { cpu: '1' }, of('lo', on('n1')), { app: 'quorum' });
  await world.create('free', { cpu: '1' }, of('mid', on('n2')));
  await world.create('high', { cpu: '1' }, of('hi'));
  assert.deepEqual(await leaving(world, 'guarded', 'free'), ['guarded']);
});

const onNode = (node: string) => ({ nodeSelector: { 'kubernetes.io/hostname': node } });

scenario('of nodes whose most important victims are equal the one is chosen where fewer must go', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.node('n2', { cpu: '2' });
  await world.create('m1', { cpu: '1' }, of('mid', onNode('n1')));
  await world.create('m2', { cpu: '1' }, of('mid', onNode('n1')));
  await world.create('m3', { cpu: '1' }, of('mid', onNode('n2')));
  await world.create('l1', { cpu: '500m' }, of('lo', onNode('n2')));
  await world.create('l2', { cpu: '500m' }, of('lo', onNode('n2')));
  await world.create('high', { cpu: '2' }, of('hi'));
  assert.deepEqual(await leaving(world, 'm1', 'm2', 'm3', 'l1', 'l2'), ['m1', 'm2']);
});

scenario('who has not started yet goes before one who has', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.create('waiting', { cpu: '1' }, of('lo'));
  await world.pass(5000);
  await world.create('running', { cpu: '1' }, of('lo'));
  await world.patchPod('running', { status: { startTime: new Date(world.clock.now()).toISOString() } }, 'status');
  await world.create('high', { cpu: '1' }, of('hi'));
  assert.deepEqual(await leaving(world, 'waiting', 'running'), ['waiting']);
});

scenario('a more important pod takes over the place that a less important one was promised', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.create('low1', { cpu: '1' }, of('lo'));
  await world.create('low2', { cpu: '1' }, of('lo'));
  await world.create('middle', { cpu: '1' }, of('mid'));
  assert.equal((await world.pod('middle')).status.nominatedNodeName, 'n1');
  await world.create('high', { cpu: '2' }, of('hi'));
  assert.deepEqual(await leaving(world, 'low1', 'low2'), ['low1', 'low2']);
  assert.equal((await world.pod('high')).status.nominatedNodeName, 'n1');
  assert.equal((await world.pod('middle')).status.nominatedNodeName, undefined);
  await world.gone('low1');
  await world.gone('low2');
  assert.equal(await world.place('high'), 'n1');
  assert.match(await world.place('middle'), /Insufficient cpu/);
});

/** A node on which `high` is promised more than is free, and `middle` would like what is free. */
async function promised(world: SchedulerWorld): Promise<void> {
  await world.node('n1', { cpu: '3' });
  await world.create('low', { cpu: '2' }, of('lo'));
  await world.create('high', { cpu: '3' }, of('hi'));
  await world.create('middle', { cpu: '1' }, of('mid', onNode('n1')));
  assert.equal((await world.pod('high')).status.nominatedNodeName, 'n1');
  assert.match(await world.place('middle'), /Insufficient cpu/);
}

scenario('a promise ends with the pod it was made to', async (world) => {
  await promised(world);
  await world.gone('high');
  await world.pass(1000);
  assert.equal(await world.place('middle'), 'n1');
});

scenario('a promise ends with the node it was made of, whether there is another or not', async (world) => {
  for (const others of [[], ['n2']]) {
    for (const name of others) await world.node(name, { taints: [{ key: 'k', effect: 'NoSchedule' }] });
    await world.node('n1', { cpu: '1' });
    await world.create('low', { cpu: '1' }, of('lo'));
    await world.create('high', { cpu: '1' }, of('hi'));
    await world.pass(1000);
    assert.equal((await world.pod('high')).status.nominatedNodeName, 'n1');
    await world.client.delete(nodes, { name: 'n1' });
    await world.pass(15_000);
    assert.equal((await world.pod('high')).status.nominatedNodeName, undefined);
    const why = others.length === 0 ? /no nodes available to schedule pods/ : /0\/1 nodes are available/;
    assert.match(await world.place('high'), why);
    for (const name of ['low', 'high']) await world.gone(name);
  }
});

scenario('a promise ends when the pod goes elsewhere', async (world) => {
  await world.node('n2', { cpu: '3' });
  await world.create('rock', { cpu: '3' }, of('hi', onNode('n2')));
  await promised(world);
  await world.finish('rock');
  await world.pass(1000);
  assert.equal(await world.place('high'), 'n2');
  assert.equal(await world.place('middle'), 'n1');
});
