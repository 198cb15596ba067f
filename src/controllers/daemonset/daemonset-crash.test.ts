import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '#client/client.ts';
import { targetNodeOf } from '#controllers/daemonset/pod-facts.ts';
import { DaemonWorld, late } from '#controllers/daemonset/test-daemon-world.ts';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { isPodReady } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

const nodeNames = ['n1', 'n2', 'n3', 'n4'];
const ref = { namespace: 'ns', name: 'd' };

interface Faults {
  /** The controller dies at this write, counted from its start. */
  readonly diesAt: number;
  /** The write that it dies at reaches the API; only the answer is lost. */
  readonly reaches: boolean;
  /** News of pods come so late; those of everything else come at once. */
  readonly lagMs: number;
}

/** The client of a process that dies in the middle: from then on nothing gets through, and nothing comes back. */
function mortal(world: DaemonWorld, { diesAt, reaches, lagMs }: Faults, asked: string[], died: () => void): Client {
  const { client } = world;
  let writes = 0;
  const through = async <T>(call: () => Promise<T>): Promise<T> => {
    writes++;
    if (writes < diesAt) return call();
    if (writes === diesAt) {
      if (reaches) await call().catch(() => {});
      died();
    }
    return new Promise(() => {});
  };
  const isEvent = ({ plural }: { readonly plural: string }): boolean => plural === 'events';
  return {
    ...client,
    get: (...args) => client.get(...args),
    list: (...args) => client.list(...args),
    watch: (resource, options, sink) =>
      client.watch(resource, options, late(world.clock, resource.plural === 'pods' ? lagMs : 0, sink)),
    create: (...args) => (isEvent(args[0]) ? client.create(...args) : through(() => client.create(...args))),
    update: (...args) => through(() => client.update(...args)),
    patch: (...args) => (isEvent(args[0]) ? client.patch(...args) : through(() => client.patch(...args))),
    delete: (...args) =>
      through(() => {
        asked.push(args[1].name);
        return client.delete(...args);
      }),
    deleteCollection: (...args) => client.deleteCollection(...args),
    createSubresource: (...args) => client.createSubresource(...args),
  };
}

/** What was seen that must never be, by whoever watches; a watcher must not throw, and so it is written down. */
interface Watched {
  rolling: boolean;
  /** Names of pods that the controller asked to be deleted. */
  readonly asked: string[];
  readonly wrongs: string[];
}

async function guard(world: DaemonWorld): Promise<Watched> {
  const watched: Watched = { rolling: false, asked: [], wrongs: [] };
  const live = new Map<string, Pod>();
  const check = (): void => {
    const standing = [...live.values()].filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const taken = standing.map(targetNodeOf);
    if (new Set(taken).size !== taken.length) watched.wrongs.push(`pods on ${taken.toSorted()}`);
    const serving = standing.filter(isPodReady).length;
    if (watched.rolling && serving < nodeNames.length - 1) watched.wrongs.push(`only ${serving} serve`);
  };
  await world.client.watch(
    pods,
    { resourceVersion: '0' },
    {
      event: (event) => {
        if (event.type === 'BOOKMARK') return;
        if (event.type === 'DELETED') live.delete(event.object.metadata.uid);
        else live.set(event.object.metadata.uid, event.object);
        check();
      },
      closed: () => {},
    },
  );
  return watched;
}

/** Lets everybody work until the set stands at this generation; what dies on the way is started anew. */
async function settle(world: DaemonWorld, generation: number, revive: () => Promise<void>): Promise<void> {
  for (let round = 0; round < 400; round++) {
    await world.clock.advance(100);
    await revive();
    await world.tend();
    const { status } = await world.client.get(daemonSets, ref);
    const { observedGeneration, updatedNumberScheduled: updated, numberAvailable: available } = status;
    const isDone = observedGeneration === generation && updated === nodeNames.length && available === nodeNames.length;
    if (isDone && (await world.pods()).length === nodeNames.length) return;
  }
  assert.fail('The rollout came to a standstill');
}

/** A set is created and given a new template, while its controller dies once in each part. */
async function live(faults: Faults): Promise<void> {
  const world = await DaemonWorld.create(nodeNames);
  const watched = await guard(world);
  let isDead = false;
  const begin = async (client: Client): Promise<void> => {
    world.crash();
    isDead = false;
    await world.start(client);
  };
  const doomed = (): Client => mortal(world, faults, watched.asked, () => (isDead = true));
  const healthy = mortal(world, { ...faults, diesAt: Number.POSITIVE_INFINITY }, watched.asked, () => {});
  const revive = async (): Promise<void> => {
    if (isDead) await begin(healthy);
  };
  await begin(doomed());
  const template = (image: string) => ({
    metadata: { labels: { app: 'd' } },
    spec: { containers: [{ name: 'c', image }] },
  });
  const spec = { selector: { matchLabels: { app: 'd' } }, template: template('i:1') };
  await world.client.create(daemonSets, { metadata: ref, spec } as never);
  await settle(world, 1, revive);
  await begin(doomed());
  watched.rolling = true;
  await world.client.patch(daemonSets, ref, { type: 'strategic', body: { spec: { template: template('i:2') } } });
  await settle(world, 2, revive);
  const { items } = await world.client.list(controllerRevisions);
  assert.deepEqual(items.map(({ revision }) => revision).toSorted(), [1, 2]);
  assert.deepEqual(watched.wrongs, []);
  assert.equal(new Set(watched.asked).size, watched.asked.length, 'no pod is deleted twice');
  world.crash();
}

for (const reaches of [false, true]) {
  test(`a controller that dies at any write, ${reaches ? 'after' : 'before'} it is done, does no harm`, async () => {
    for (let diesAt = 1; diesAt <= 24; diesAt++) await live({ diesAt, reaches, lagMs: 0 });
  });
}

test('nor does one that hears of its own pods seconds late', async () => {
  for (const lagMs of [50, 700, 3_000]) await live({ diesAt: 9, reaches: true, lagMs });
});
