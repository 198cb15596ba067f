import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SchedulerWorld } from '#scheduler/test-world.ts';

/** Something that keeps the pod from the only node, and may come and go. */
interface Obstacle {
  readonly name: string;
  readonly come: (world: SchedulerWorld) => Promise<void>;
  readonly go: (world: SchedulerWorld) => Promise<void>;
}

const container = { name: 'c', image: 'example.com/app:1', ports: [{ containerPort: 80, hostPort: 80 }] };

const obstacles: readonly Obstacle[] = [
  {
    name: 'a cordon',
    come: (world) => world.patchNode('n', { spec: { unschedulable: true } }),
    go: (world) => world.patchNode('n', { spec: { unschedulable: null } }),
  },
  {
    name: 'a taint',
    come: (world) => world.patchNode('n', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } }),
    go: (world) => world.patchNode('n', { spec: { taints: null } }),
  },
  {
    name: 'a wrong label',
    come: (world) => world.patchNode('n', { metadata: { labels: { zone: 'b' } } }),
    go: (world) => world.patchNode('n', { metadata: { labels: { zone: 'a' } } }),
  },
  {
    name: 'a pod that leaves too little',
    come: (world) => world.create('filler', { cpu: '2' }, { nodeName: 'n' }),
    go: (world) => world.gone('filler'),
  },
  {
    name: 'a small node',
    come: (world) => world.patchNode('n', { status: { allocatable: { cpu: '500m' } } }, 'status'),
    go: (world) => world.patchNode('n', { status: { allocatable: { cpu: '2' } } }, 'status'),
  },
  {
    name: 'a pod with its port',
    come: (world) => world.create('porter', {}, { nodeName: 'n', containers: [container] }),
    go: (world) => world.finish('porter').then(() => world.gone('porter')),
  },
  {
    name: 'a pod that it must not meet',
    come: (world) => world.create('rival', {}, { nodeName: 'n' }, { app: 'rival' }),
    go: (world) => world.gone('rival'),
  },
];

/** The pod's rest after a refusal, and more. */
const restMs = 15_000;

async function worldWithNode(): Promise<SchedulerWorld> {
  const world = await SchedulerWorld.create();
  await world.start();
  await world.node('n', { cpu: '2', labels: { zone: 'a' } });
  return world;
}

async function createPod(world: SchedulerWorld): Promise<void> {
  const term = { labelSelector: { matchLabels: { app: 'rival' } }, topologyKey: 'kubernetes.io/hostname' };
  const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
  const resources = { requests: { cpu: '1' } };
  await world.create('p', {}, { nodeSelector: { zone: 'a' }, affinity, containers: [{ ...container, resources }] });
  await world.pass(restMs);
}

for (const first of obstacles) {
  test(`a pod that ${first.name} keeps out is tried again when the last obstacle goes, whatever came meanwhile`, async () => {
    for (const second of obstacles.filter((other) => other !== first)) {
      const world = await worldWithNode();
      await first.come(world);
      await createPod(world);
      for (const step of [second.come, first.go, second.go]) {
        assert.match(await world.place('p'), /^Unschedulable/, second.name);
        await step(world);
        await world.pass(restMs);
      }
      assert.equal(await world.place('p'), 'n', second.name);
      await world.stop();
    }
  });
}
