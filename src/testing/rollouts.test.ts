import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchEvent } from '#client/client.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet, RollingUpdateDaemonSet } from '#kinds/daemon-set/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { isPodReady } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { type Run, simulateAnnotation } from '#node/runtime/simulated/script.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

const nodes = 50;
const ref = { namespace: 'default', name: 'slow' };
/** Pods take half a minute to be ready, and five seconds to stop. */
const slow: Run = { ready: 30_000, ignoreTerm: true };

function slowSet(rollingUpdate: RollingUpdateDaemonSet, minReadySeconds: number): New<DaemonSet> {
  const template = {
    metadata: { labels: { app: 'slow' }, annotations: { [simulateAnnotation]: JSON.stringify(slow) } },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [{ name: 'c', image: 'example.com/slow:1', readinessProbe: { exec: { command: ['ready'] } } }],
    },
  };
  const selector = { matchLabels: { app: 'slow' } };
  const spec = { selector, template, minReadySeconds, updateStrategy: { type: 'RollingUpdate', rollingUpdate } };
  return { metadata: ref, spec } as unknown as New<DaemonSet>;
}

/** The pods that there were after each event. */
type Moment = ReadonlyMap<string, Pod>;

async function isRolledOut({ client }: TestCluster): Promise<boolean> {
  const { metadata, status } = await client.get(daemonSets, ref);
  const { observedGeneration, updatedNumberScheduled, numberAvailable } = status;
  return observedGeneration === metadata.generation && updatedNumberScheduled === nodes && numberAvailable === nodes;
}

/** Rolls 50 nodes from one image to the next, has every moment looked at, and gives the virtual seconds it took. */
async function rollOut(
  rollingUpdate: RollingUpdateDaemonSet,
  minReadySeconds: number,
  look: (moment: Moment) => void,
): Promise<number> {
  const cluster = await createCluster({ seed: 'rollouts', nodes, leaseSeconds: 600 });
  const { client } = cluster;
  await client.create(daemonSets, slowSet(rollingUpdate, minReadySeconds));
  await cluster.runUntil(() => isRolledOut(cluster));
  const there = new Map<string, Pod>();
  let isComplete = false;
  const event = (told: WatchEvent<Pod>): void => {
    if (told.type === 'BOOKMARK') return;
    if (told.type === 'DELETED') there.delete(told.object.metadata.name);
    else there.set(told.object.metadata.name, told.object);
    // The first events only tell what is there.
    isComplete ||= there.size === nodes;
    if (isComplete) look(there);
  };
  await client.watch(pods, { namespace: 'default' }, { event, closed: () => {} });
  const from = cluster.now();
  const containers = [{ name: 'c', image: 'example.com/slow:2' }];
  await client.patch(daemonSets, ref, { type: 'strategic', body: { spec: { template: { spec: { containers } } } } });
  await cluster.runUntil(() => isRolledOut(cluster));
  const seconds = (cluster.now() - from) / 1000;
  assert.ok([...there.values()].every(({ spec }) => spec.containers[0]?.image === 'example.com/slow:2'));
  await cluster.stop();
  return seconds;
}

function countOf(moment: Moment, holds: (pod: Pod) => boolean): number {
  let count = 0;
  for (const pod of moment.values()) if (holds(pod)) count++;
  return count;
}

const isServing = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && isPodReady(pod);

test('a rollout over 50 nodes of pods that are slow to be ready takes a tenth of them at a time', async () => {
  let fewest = nodes;
  let most = 0;
  const seconds = await rollOut({ maxUnavailable: '10%' }, 0, (moment) => {
    fewest = Math.min(fewest, countOf(moment, isServing));
    most = Math.max(most, moment.size);
  });
  assert.equal(fewest, 45);
  assert.equal(most, nodes, 'no node ever has two');
  // Ten waves of five nodes: five seconds to stop, thirty to be ready, and a moment for the news to get about.
  assert.ok(seconds >= 10 * 35 && seconds < 10 * 40, `${seconds} s`);
});

test('with a surge the new pods come first, and count only after minReadySeconds', async () => {
  let fewest = nodes;
  let most = 0;
  const seconds = await rollOut({ maxSurge: 10, maxUnavailable: 0 }, 20, (moment) => {
    fewest = Math.min(
      fewest,
      countOf(moment, (pod) => isPodReady(pod) || pod.metadata.deletionTimestamp !== undefined),
    );
    most = Math.max(
      most,
      countOf(moment, ({ metadata }) => metadata.deletionTimestamp === undefined),
    );
  });
  assert.ok(fewest >= nodes, 'every node has an old pod or a Ready one');
  assert.equal(most, nodes + 10);
  // Five waves of ten nodes, of thirty seconds and twenty more to be trusted; the old pods stop meanwhile.
  assert.ok(seconds >= 5 * 50 && seconds < 5 * 60, `${seconds} s`);
});
