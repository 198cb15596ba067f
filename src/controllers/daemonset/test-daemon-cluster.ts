import type { Client } from '#client/client.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet, DaemonSetSpec } from '#kinds/daemon-set/schema.ts';
import { events } from '#kinds/event/event.ts';
import type { New } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { type Run, simulateAnnotation } from '#node/runtime/simulated/script.ts';
import { createCluster, type TestCluster, type TestClusterOptions } from '#testing/create-cluster.ts';
import type { Partially } from '#testing/stored.ts';

/** The DaemonSet that these tests are about. */
export const ref = { namespace: 'default', name: 'd' };

/** A whole cluster in virtual time, for as long as `use` takes. */
export async function withCluster(
  options: TestClusterOptions,
  use: (cluster: TestCluster, client: Client) => Promise<void>,
): Promise<void> {
  const cluster = await createCluster({ seed: 'daemons', ...options });
  try {
    await use(cluster, cluster.client);
  } finally {
    await cluster.stop();
  }
}

/** A DaemonSet `d` whose pods carry `app: d` and do as `simulate` says, with more in its spec and in that of its pods. */
export function newSet(
  spec: Partially<Omit<DaemonSetSpec, 'template'>> = {},
  podSpec: Partially<PodSpec> = {},
  simulate: Run = {},
): New<DaemonSet> {
  const annotations = { [simulateAnnotation]: JSON.stringify(simulate) };
  const template = {
    metadata: { labels: { app: 'd' }, annotations },
    spec: { containers: [{ name: 'c', image: 'example.com/d:1' }], ...podSpec },
  };
  const selector = { matchLabels: { app: 'd' } };
  return { metadata: ref, spec: { selector, template, ...spec } } as unknown as New<DaemonSet>;
}

/** DESIRED CURRENT READY UP-TO-DATE AVAILABLE and the misscheduled, as one text. */
export async function numbers(client: Client): Promise<string> {
  const { status } = await client.get(daemonSets, ref);
  const { desiredNumberScheduled: desired, currentNumberScheduled: current, numberReady: ready } = status;
  return [
    [desired, current, ready, status.updatedNumberScheduled ?? 0, status.numberAvailable ?? 0].join(' '),
    status.numberMisscheduled,
  ].join(' / ');
}

export async function podsOf(client: Client): Promise<readonly Pod[]> {
  return (await client.list(pods, { namespace: 'default', labelSelector: 'app=d' })).items;
}

/** The names of the nodes that have pods, one for each pod, in order. */
export async function nodesOf(client: Client): Promise<readonly string[]> {
  return (await podsOf(client)).map(({ spec }) => spec.nodeName ?? '').toSorted();
}

/** The pod of the node, which has one and no more. */
export async function podOn(client: Client, nodeName: string): Promise<Pod> {
  const [pod, ...more] = (await podsOf(client)).filter(({ spec }) => spec.nodeName === nodeName);
  if (pod === undefined || more.length > 0) throw new Error(`Not one pod on ${nodeName}, but ${more.length}`);
  return pod;
}

/** The reasons of the events about the object of that name, in order, each once. */
export async function told(client: Client, name: string): Promise<readonly string[]> {
  const { items } = await client.list(events, { namespace: 'default' });
  const about = items.filter(({ involvedObject }) => involvedObject.name === name);
  return [...new Set(about.map(({ type, reason }) => `${type} ${reason}`))].toSorted();
}

export function setImage(client: Client, image: string): Promise<DaemonSet> {
  const body = { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } };
  return client.patch(daemonSets, ref, { type: 'strategic', body });
}

export const imageOf = (pod: Pod): string => pod.spec.containers[0]?.image ?? '';

/** Says of a pod that it has ended, as its node would. */
export function setPhase(client: Client, { metadata }: Pod, phase: 'Failed' | 'Succeeded'): Promise<Pod> {
  const body = { status: { phase, conditions: [{ type: 'Ready', status: 'False' }] } };
  return client.patch(pods, metadata, { type: 'strategic', body }, { subresource: 'status' });
}
