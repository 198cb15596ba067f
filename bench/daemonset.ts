import { isDeepStrictEqual } from 'node:util';
import { nodeUser } from '#api/access/node-identity.ts';
import { startActors } from '#app/actors.ts';
import { startAgents } from '#app/agents.ts';
import { startControlPlane } from '#app/control-plane.ts';
import { version } from '#app/version.ts';
import { systemClock as clock } from '#base/clock.ts';
import { silentLogger as log } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet, DaemonSetStatus } from '#kinds/daemon-set/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { createSimulatedRuntime } from '#node/runtime/simulated/simulated-runtime.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { type BenchResult, median } from './report.ts';

const runs = 5;
const nodes = 500;
const ref = { namespace: 'default', name: 'logs' };

/** A DaemonSet on 500 simulated nodes, in real time: until a pod is available on each, and until a new template has replaced
 *  them all, a tenth at a time. */
export async function run(): Promise<readonly BenchResult[]> {
  const cluster = await simulatedCluster();
  const { client } = cluster;
  const toAvailable: number[] = [];
  const rollouts: number[] = [];
  try {
    for (let n = 0; n < runs; n++) {
      toAvailable.push(await seconds(client, nodes, 1, () => client.create(daemonSets, daemonSet())));
      const image = { spec: { template: { spec: { containers: [{ name: 'c', image: 'example.com/logs:2' }] } } } };
      rollouts.push(
        await seconds(client, nodes, 2, () => client.patch(daemonSets, ref, { type: 'strategic', body: image })),
      );
      await client.delete(daemonSets, ref, { propagationPolicy: 'Foreground' });
      await gone(client);
    }
  } finally {
    await cluster.stop();
  }
  return [
    { name: `${nodes} nodes: a pod available on each`, median: median(toAvailable), unit: 's' },
    { name: `${nodes} nodes: rollout, 10 % at a time`, median: median(rollouts), unit: 's' },
  ];
}

function daemonSet(): New<DaemonSet> {
  const template = {
    metadata: { labels: { app: 'logs' } },
    spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image: 'example.com/logs:1' }] },
  };
  const updateStrategy = { rollingUpdate: { maxUnavailable: '10%' } };
  const spec = { selector: { matchLabels: { app: 'logs' } }, template, updateStrategy };
  return { metadata: ref, spec } as unknown as New<DaemonSet>;
}

/** How long it takes from `start` until the status says that all is well. */
async function seconds(
  client: Client,
  desired: number,
  observedGeneration: number,
  start: () => Promise<unknown>,
): Promise<number> {
  const done = Promise.withResolvers<number>();
  const watch = await client.watch(
    daemonSets,
    { namespace: ref.namespace },
    {
      event: (event) => {
        if (event.type !== 'BOOKMARK' && isDone(event.object.status)) done.resolve(performance.now());
      },
      closed: () => {},
    },
  );
  const isDone = (status: DaemonSetStatus): boolean =>
    status.observedGeneration === observedGeneration &&
    isDeepStrictEqual([status.updatedNumberScheduled, status.numberAvailable], [desired, desired]);
  const from = performance.now();
  await start();
  const end = await done.promise;
  watch.stop();
  return (end - from) / 1000;
}

async function gone(client: Client): Promise<void> {
  const done = Promise.withResolvers<void>();
  const watch = await client.watch(
    daemonSets,
    { namespace: ref.namespace },
    {
      event: (event) => {
        if (event.type === 'DELETED') done.resolve();
      },
      closed: () => {},
    },
  );
  await done.promise;
  watch.stop();
}

/** Everything but the port: API, controllers, scheduler and simulated nodes over a store in memory. */
async function simulatedCluster(): Promise<{ readonly client: Client; stop(): Promise<void> }> {
  const tools = { clock, random: seededRandom('bench'), log };
  const store = createMemoryStore(tools);
  const plane = await startControlPlane({ ...tools, store, nodes: () => undefined });
  const actors = startActors({ ...tools, plane, rootCa: '' });
  const runtime = () => createSimulatedRuntime({ ...tools, version });
  const workers = Array.from({ length: nodes }, (_, n) => ({ name: `node-${n}`, runtime: runtime(), quiet: true }));
  const shared = {
    client: (node: string) => plane.client('kubelet', nodeUser(node)),
    pods: actors.podSource,
    services: actors.services,
    apiServer: () => undefined,
  };
  const agents = startAgents({ ...tools, ...shared, workers });
  await Promise.all([actors.synced, agents.ready]);
  return {
    client: plane.client('bench'),
    stop: async () => {
      await agents.stop();
      await actors.stop();
      await plane.stop();
    },
  };
}
