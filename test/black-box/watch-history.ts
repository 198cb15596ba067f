import type { Client, WatchEvent } from '#client/client.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** Everything that a watch has told about the pods of one Job, from before the Job was there. */
export interface PodHistory {
  /** Names of all pods that ever were, in the order of their creation. */
  names(): readonly string[];
  /** How many pods were active after each event. */
  activeCounts(): readonly number[];
  /** The highest restart count that any container of the Job had. */
  restartsMax(): number;
}

export async function watchPods(client: Client, job: string): Promise<PodHistory> {
  const names: string[] = [];
  const active = new Set<string>();
  const counts: number[] = [];
  let restartsMax = 0;
  const see = (type: string, { metadata, status }: Pod): void => {
    if (!names.includes(metadata.name)) names.push(metadata.name);
    for (const { restartCount } of status.containerStatuses ?? []) restartsMax = Math.max(restartsMax, restartCount);
    if (type === 'DELETED' || isTerminalPhase(status.phase)) active.delete(metadata.name);
    else active.add(metadata.name);
    counts.push(active.size);
  };
  const { resourceVersion } = await client.list(pods, { namespace: 'default' });
  const options = { namespace: 'default', labelSelector: `job-name=${job}`, resourceVersion };
  await client.watch(pods, options, {
    event: (event: WatchEvent<Pod>) => {
      if (event.type !== 'BOOKMARK') see(event.type, event.object);
    },
    closed: () => {},
  });
  return { names: () => names, activeCounts: () => counts, restartsMax: () => restartsMax };
}
