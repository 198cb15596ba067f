import assert from 'node:assert/strict';
import { test } from 'node:test';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import { SchedulerWorld } from '#scheduler/test-world.ts';

const noPreemption =
  'no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
const mounts = (claimName: string): object => ({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] });
const asked = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const onNode = (name: string): object => ({
  required: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [name] }] }],
  },
});

/** Two nodes, and a class whose volumes wait for pods; the test is binder and provisioner. */
async function worldWithNodes(): Promise<SchedulerWorld> {
  const world = await SchedulerWorld.create();
  await world.client.create(storageClasses, {
    metadata: { name: 'late' },
    provisioner: 'example.org/disks',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  await world.start();
  await world.node('a');
  await world.node('b');
  return world;
}

async function claim(world: SchedulerWorld, name: string, spec: object): Promise<void> {
  await world.client.create(persistentVolumeClaims, {
    metadata: { namespace: 'ns', name },
    spec: { ...asked, ...spec },
  });
  await world.pass(0);
}

async function volume(world: SchedulerWorld, name: string, node: string, spec: object = {}): Promise<void> {
  const { accessModes } = asked;
  await world.client.create(persistentVolumes, {
    metadata: { name },
    spec: { capacity: { storage: '1Gi' }, accessModes, local: { path: '/d' }, nodeAffinity: onNode(node), ...spec },
  });
  await world.client.patch(
    persistentVolumes,
    { name },
    { type: 'merge', body: { status: { phase: 'Available' } } },
    { subresource: 'status' },
  );
  await world.pass(0);
}

/** What the binder writes. */
async function bound(world: SchedulerWorld, name: string, volumeName: string): Promise<void> {
  const annotations = { 'pv.kubernetes.io/bind-completed': 'yes' };
  const body = { metadata: { annotations }, spec: { volumeName } };
  await world.client.patch(persistentVolumeClaims, { namespace: 'ns', name }, { type: 'merge', body });
  await world.pass(10_000);
}

test('a pod waits for its claim, and goes where the volume is once there is one', async () => {
  const world = await worldWithNodes();
  await world.create('p', {}, mounts('data'));
  const why = 'Unschedulable: 0/2 nodes are available:';
  assert.equal(await world.place('p'), `${why} persistentvolumeclaim "data" not found. ${noPreemption}`);
  await claim(world, 'data', { storageClassName: '' });
  await world.pass(10_000);
  assert.equal(await world.place('p'), `${why} pod has unbound immediate PersistentVolumeClaims. ${noPreemption}`);
  await volume(world, 'disk', 'b');
  await bound(world, 'data', 'disk');
  assert.equal(await world.place('p'), 'b');
  await world.stop();
});

test('a pod that must be elsewhere than its volume waits', async () => {
  const world = await worldWithNodes();
  await claim(world, 'data', { storageClassName: '' });
  await volume(world, 'disk', 'b');
  await bound(world, 'data', 'disk');
  await world.create('p', {}, { ...mounts('data'), nodeSelector: { 'kubernetes.io/hostname': 'a' } });
  assert.match(
    await world.place('p'),
    /^Unschedulable: 0\/2 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector, 1 node\(s\) had volume node affinity conflict\./,
  );
  await world.stop();
});

test('for a claim that waits for its pod a node is chosen, and the pod follows when it is bound', async () => {
  const world = await worldWithNodes();
  await claim(world, 'data', { storageClassName: 'late' });
  await world.create('p', {}, { ...mounts('data'), nodeSelector: { 'kubernetes.io/hostname': 'b' } });
  const { metadata } = await world.client.get(persistentVolumeClaims, { namespace: 'ns', name: 'data' });
  assert.equal(metadata.annotations?.['volume.kubernetes.io/selected-node'], 'b');
  assert.equal((await world.pod('p')).spec.nodeName, undefined);
  await volume(world, 'made', 'b');
  await bound(world, 'data', 'made');
  assert.equal(await world.place('p'), 'b');
  await world.stop();
});

test('a volume that is there already is taken before one is made', async () => {
  const world = await worldWithNodes();
  await volume(world, 'disk', 'b', { storageClassName: 'late' });
  await claim(world, 'data', { storageClassName: 'late' });
  await world.create('p', {}, { ...mounts('data'), nodeSelector: { 'kubernetes.io/hostname': 'b' } });
  const { spec } = await world.client.get(persistentVolumes, { name: 'disk' });
  assert.equal(spec.claimRef?.name, 'data');
  await world.stop();
});

test('a pod whose claim is given another node is tried again', async () => {
  const world = await worldWithNodes();
  await claim(world, 'data', { storageClassName: 'late' });
  await world.create('p', {}, { ...mounts('data'), nodeSelector: { 'kubernetes.io/hostname': 'b' } });
  const body = { metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'a' } } };
  await world.client.patch(persistentVolumeClaims, { namespace: 'ns', name: 'data' }, { type: 'merge', body });
  await world.pass(10_000);
  assert.match(await world.place('p'), /1 node\(s\) didn't find available persistent volumes to bind/);
  await world.stop();
});

test('a claim that only one pod may use keeps the next pod waiting', async () => {
  const world = await worldWithNodes();
  await claim(world, 'data', { storageClassName: '', accessModes: ['ReadWriteOncePod'] });
  await volume(world, 'disk', 'b', { local: undefined, nodeAffinity: undefined, hostPath: { path: '/d' } });
  await bound(world, 'data', 'disk');
  await world.create('p', {}, mounts('data'));
  await world.create('q', {}, mounts('data'));
  assert.match(
    await world.place('q'),
    /2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode\. .* 2 No preemption victims/,
  );
  await world.gone('p');
  assert.match(await world.place('q'), /^[ab]$/);
  await world.stop();
});

test('less important pods make way for a more important one that needs their claims, and others do not', async () => {
  const world = await worldWithNodes();
  await world.client.create(priorityClasses, { metadata: { name: 'hi' }, value: 1000 });
  for (const name of ['one', 'two']) {
    await claim(world, name, { storageClassName: '', accessModes: ['ReadWriteOncePod'] });
    await volume(world, `disk-${name}`, 'b', { local: undefined, nodeAffinity: undefined, hostPath: { path: '/d' } });
    await bound(world, name, `disk-${name}`);
    await world.create(name, {}, { ...mounts(name), nodeName: 'a' });
  }
  await world.create('other', {}, { nodeName: 'a' });
  const volumes = ['one', 'two'].map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
  await world.create('important', {}, { volumes, priorityClassName: 'hi' });
  await world.pass(1_000);
  assert.equal((await world.pod('important')).status.nominatedNodeName, 'a');
  for (const [name, goes] of [
    ['one', true],
    ['two', true],
    ['other', false],
  ] as const) {
    assert.equal((await world.pod(name)).metadata.deletionTimestamp !== undefined, goes, name);
  }
  for (const name of ['one', 'two']) await world.gone(name);
  await world.pass(1_000);
  assert.match(await world.place('important'), /^[ab]$/);
  await world.stop();
});

test('a pod goes to the zone its volume says it is in', async () => {
  const world = await worldWithNodes();
  const zone = 'topology.kubernetes.io/zone';
  await world.patchNode('a', { metadata: { labels: { [zone]: 'west' } } });
  await world.patchNode('b', { metadata: { labels: { [zone]: 'east' } } });
  await claim(world, 'data', { storageClassName: '' });
  await volume(world, 'disk', 'b', { local: undefined, nodeAffinity: undefined, hostPath: { path: '/d' } });
  const labels = { [zone]: 'north__south' };
  await world.client.patch(persistentVolumes, { name: 'disk' }, { type: 'merge', body: { metadata: { labels } } });
  await bound(world, 'data', 'disk');
  await world.create('p', {}, mounts('data'));
  assert.match(await world.place('p'), /2 node\(s\) had no available volume zone\./);
  await world.patchNode('a', { metadata: { labels: { [zone]: 'south' } } });
  assert.equal(await world.place('p'), 'a');
  await world.stop();
});
