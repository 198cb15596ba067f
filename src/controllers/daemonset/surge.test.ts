import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RandomStream, seededRandom } from '#base/random.ts';
import { isAvailable, targetNodeOf } from '#controllers/daemonset/pod-facts.ts';
import { imageOf, newSet, numbers, podsOf, ref, withCluster } from '#controllers/daemonset/test-daemon-cluster.ts';
import { DaemonWorld } from '#controllers/daemonset/test-daemon-world.ts';
import { surging } from '#controllers/daemonset/test-daemons.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { nodes } from '#kinds/node/node.ts';
import { isPodReady } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

const there = { namespace: 'ns', name: 'd' };
const isStanding = ({ metadata }: Pod): boolean => metadata.deletionTimestamp === undefined;

test('when other nodes become the right ones, old pods serve until the new ones do', async () => {
  const world = await DaemonWorld.create(['y1', 'y2', 'z1', 'z2', 'c1', 'c2']);
  const { client, clock } = world;
  for (const { metadata } of (await client.list(nodes)).items) {
    const taints = [{ key: `zone-${metadata.name.charAt(0)}`, effect: 'NoSchedule' }];
    await client.patch(nodes, metadata, { type: 'merge', body: { spec: { taints } } });
  }
  const tolerating = (zones: string) =>
    [...zones].map((zone) => ({ key: `zone-${zone}`, operator: 'Exists' as const }));
  const set = newSet(surging(), { tolerations: tolerating('yc') });
  await client.create(daemonSets, { ...set, metadata: there });
  await world.start(client);
  const places = async (): Promise<string> =>
    (await world.pods()).filter(isStanding).map(targetNodeOf).toSorted().join();
  const finish = async (): Promise<string> => {
    for (let round = 0; round < 20; round++) {
      await world.tend();
      await clock.advance(1_000);
    }
    const { status } = await client.get(daemonSets, there);
    assert.equal(status.updatedNumberScheduled ?? 0, status.desiredNumberScheduled);
    assert.equal(status.numberMisscheduled, 0);
    return places();
  };
  const tolerate = async (zones: string): Promise<void> => {
    const body = { spec: { template: { spec: { tolerations: tolerating(zones) } } } };
    await client.patch(daemonSets, there, { type: 'merge', body });
    await clock.advance(1_000);
  };
  assert.equal(await finish(), 'c1,c2,y1,y2');
  await tolerate('zc');
  assert.equal(await places(), 'c1,c1,c2,y1,y2,z1,z2', 'one beside an old one, and those that nobody misses stay');
  assert.equal(await finish(), 'c1,c2,z1,z2');
  await tolerate('yzc');
  assert.equal((await places()).split(',').length, 7);
  assert.equal(await finish(), 'c1,c2,y1,y2,z1,z2');
  await tolerate('');
  assert.equal(await finish(), '');
  world.crash();
});

test('a new pod that never serves stands beside its old one for ever, and goes when the template is taken back', async () => {
  await withCluster({ nodes: 2 }, async (cluster, client) => {
    await client.create(daemonSets, newSet(surging()));
    await cluster.advance(5_000);
    const before = (await podsOf(client)).map(({ metadata }) => metadata.uid).toSorted();
    const template = (ready: string) => ({
      metadata: { annotations: { 'sampan.dev/simulate': `{"ready":"${ready}"}` } },
    });
    const change = (ready: string) =>
      client.patch(daemonSets, ref, { type: 'strategic', body: { spec: { template: template(ready) } } });
    const { spec } = await client.get(daemonSets, ref);
    await change('24h');
    await cluster.advance(3_600_000);
    assert.deepEqual([await numbers(client), (await podsOf(client)).length], ['2 2 2 0 2 / 0', 3]);
    await client.patch(daemonSets, ref, { type: 'merge', body: { spec: { template: spec.template } } });
    await cluster.advance(60_000);
    assert.deepEqual((await podsOf(client)).map(({ metadata }) => metadata.uid).toSorted(), before);
    assert.equal(await numbers(client), '2 2 2 2 2 / 0');
  });
});

const minReadySeconds = 10;

/** Somebody who ends pods, and makes old ones fail their probes, as upstream's own test of a surge does. */
class Mischief {
  private readonly world: DaemonWorld;
  private readonly random: RandomStream;
  /** Pods that are to be gone by then. */
  private readonly ends = new Map<string, number>();
  private readonly broken = new Set<string>();
  readonly ended = new Set<string>();

  constructor(world: DaemonWorld, random: RandomStream) {
    this.world = world;
    this.random = random;
  }

  async disturb(): Promise<void> {
    const standing = (await this.world.pods()).filter(isStanding);
    const pod = standing[this.random.int(standing.length)];
    if (pod === undefined) return;
    const dice = this.random.int(25);
    if (dice === 0) {
      this.ended.add(pod.metadata.uid);
      await this.world.client.delete(pods, pod.metadata);
    } else if (dice === 1 && imageOf(pod) === 'example.com/d:1') this.broken.add(pod.metadata.uid);
  }

  /** A second in the life of nodes: pods are bound, get ready after a while, and take some time to stop. */
  async tend(): Promise<void> {
    const { client, clock } = this.world;
    for (const pod of await this.world.pods()) {
      const { metadata } = pod;
      if (!isStanding(pod)) {
        const end = this.ends.get(metadata.uid) ?? clock.now() + this.random.int(6) * 1_000;
        this.ends.set(metadata.uid, end);
        if (end <= clock.now()) await client.delete(pods, metadata, { gracePeriodSeconds: 0 });
      } else if (pod.spec.nodeName === undefined) {
        const target = { kind: 'Node', name: targetNodeOf(pod) };
        await client.createSubresource(pods, metadata, 'binding', { metadata: { name: metadata.name }, target });
      } else await this.probe(pod);
    }
  }

  private async probe(pod: Pod): Promise<void> {
    const isReady = !this.broken.has(pod.metadata.uid) && (isPodReady(pod) || this.random.int(5) === 0);
    if (isReady === isPodReady(pod)) return;
    const lastTransitionTime = timestamp(this.world.clock.now());
    const conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime }];
    const body = { status: { phase: 'Running', conditions } };
    await this.world.client.patch(pods, pod.metadata, { type: 'strategic', body }, { subresource: 'status' });
  }
}

/** What upstream's test says must hold at any moment of a surge by one; the first sentence that does not. */
function wrong(all: readonly Pod[], ended: ReadonlySet<string>, now: number): string | undefined {
  const standing = all.filter(isStanding);
  const kinds = standing.map((pod) => `${targetNodeOf(pod)} ${imageOf(pod)}`);
  if (new Set(kinds).size < kinds.length) return `two of a sort on one node: ${kinds.toSorted()}`;
  const isNew = (pod: Pod): boolean => imageOf(pod) === 'example.com/d:2';
  const serves = (pod: Pod): boolean => isStanding(pod) && isAvailable(pod, minReadySeconds, now);
  const count = (which: (pod: Pod) => boolean): number => all.filter(which).length;
  const newUnavailable = count((pod) => isNew(pod) && !serves(pod));
  const oldUnavailable = count((pod) => !isNew(pod) && !serves(pod));
  const newEnded = count((pod) => isNew(pod) && ended.has(pod.metadata.uid));
  const withOld = new Set(standing.filter((pod) => !isNew(pod)).map(targetNodeOf));
  const withoutOld = new Set(all.map(targetNodeOf)).size - withOld.size;
  if (newUnavailable <= 1 + oldUnavailable + newEnded + withoutOld) return undefined;
  return `${newUnavailable} new ones do not serve, with ${oldUnavailable} old ones and ${withoutOld} nodes without`;
}

test('a surge keeps its bounds and comes to its end, whoever disturbs it', async () => {
  for (let seed = 0; seed < 8; seed++) {
    const world = await DaemonWorld.create(['n1', 'n2', 'n3', 'n4', 'n5']);
    const { client, clock } = world;
    const mischief = new Mischief(world, seededRandom(`surge ${seed}`).stream('mischief'));
    const isDone = async (): Promise<boolean> => {
      const { metadata, status } = await client.get(daemonSets, there);
      const { observedGeneration, updatedNumberScheduled: updated, numberAvailable: available } = status;
      return observedGeneration === metadata.generation && updated === 5 && available === 5;
    };
    await client.create(daemonSets, { ...newSet({ ...surging('20%'), minReadySeconds }), metadata: there });
    await world.start(client);
    let isRolling = false;
    for (let second = 0; second < 1_000 && !(isRolling && (await isDone())); second++) {
      await mischief.tend();
      if (isRolling && second % 2 === 0) await mischief.disturb();
      await clock.advance(1_000);
      if (!isRolling && (await isDone())) {
        isRolling = true;
        const body = { spec: { template: { spec: { containers: [{ name: 'c', image: 'example.com/d:2' }] } } } };
        await client.patch(daemonSets, there, { type: 'strategic', body });
      } else if (isRolling)
        assert.equal(wrong(await world.pods(), mischief.ended, clock.now()), undefined, `seed ${seed}`);
    }
    assert.ok(await isDone(), `seed ${seed} came to its end`);
    world.crash();
  }
});
