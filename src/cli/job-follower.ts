import type { Client, WatchEvent, WatchHandle } from '#client/client.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import { events } from '#kinds/event/event.ts';
import type { Event } from '#kinds/event/schema.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';
import { follow, type Resource } from './follow.ts';
import { podTroubles, telling } from './pod-troubles.ts';

export interface FollowerOptions {
  readonly client: Client;
  readonly nodes: NodeDirectory;
  /** The jobs to follow, as created. */
  readonly jobs: readonly Job[];
  /** One line of a pod's output, without its line end. */
  readonly onLine: (pod: Pod, line: string) => void;
  /** What keeps a pod from running, or a job from having pods: told once each. */
  readonly onTrouble: (name: string, trouble: string) => void;
  /** The state of a job has changed. */
  readonly onChange: (jobs: readonly Job[]) => void;
}

/** Follows jobs to their end: their status, and the output of all their pods as it comes. */
export class JobFollower {
  private readonly options: FollowerOptions;
  private readonly latest = new Map<string, Job>();
  /** Logs being read, or read already: "uid/container/restart". */
  private readonly logs = new Map<string, Promise<void>>();
  /** Told already. */
  private readonly troubles = new Set<string>();
  private readonly finished = Promise.withResolvers<readonly Job[]>();
  private readonly watches: WatchHandle[] = [];
  private readonly abort = new AbortController();

  constructor(options: FollowerOptions) {
    this.options = options;
    for (const job of options.jobs) this.latest.set(job.metadata.uid, job);
  }

  /** Resolves with the jobs as they ended, once all of their pods' output has been delivered. */
  async run(): Promise<readonly Job[]> {
    const { client } = this.options;
    this.watches.push(await this.watch(client, pods, (pod) => this.seePod(pod)));
    this.watches.push(await this.watch(client, events, (event) => this.seeEvent(event)));
    this.watches.push(await this.watch(client, jobs, (job) => this.seeJob(job)));
    const ended = await this.finished.promise;
    await Promise.all(this.logs.values());
    this.stop();
    return ended;
  }

  stop(): void {
    for (const watch of this.watches) watch.stop();
    this.abort.abort();
  }

  private watch<T extends Event | Job | Pod>(
    client: Client,
    resource: Resource<T>,
    see: (object: T) => void,
  ): Promise<WatchHandle> {
    return follow(client, resource, {
      event: (event: WatchEvent<T>) => {
        if (event.type !== 'BOOKMARK') see(event.object);
      },
      failed: (error: ApiError) => this.finished.reject(error),
    });
  }

  private seeJob(job: Job): void {
    if (!this.latest.has(job.metadata.uid)) return;
    this.latest.set(job.metadata.uid, job);
    const all = [...this.latest.values()];
    this.options.onChange(all);
    if (all.every(isFinished)) this.finished.resolve(all);
  }

  private seePod(pod: Pod): void {
    const isOurs = (pod.metadata.ownerReferences ?? []).some(({ uid }) => this.latest.has(uid));
    if (!isOurs) return;
    for (const trouble of podTroubles(pod)) this.tell(pod.metadata.name, trouble);
    const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
    for (const status of [...initContainerStatuses, ...containerStatuses])
      if (hasStarted(status)) this.read(pod, status);
  }

  private seeEvent({ type, reason = '', message = '', involvedObject }: Event): void {
    if (type === 'Warning' && telling.has(reason)) this.tell(involvedObject.name ?? '', `${reason}: ${message}`);
  }

  private tell(name: string, trouble: string): void {
    const key = `${name}/${trouble}`;
    if (this.troubles.has(key)) return;
    this.troubles.add(key);
    this.options.onTrouble(name, trouble);
  }

  private read(pod: Pod, { name, restartCount }: ContainerStatus): void {
    const key = `${pod.metadata.uid}/${name}/${restartCount}`;
    if (this.logs.has(key)) return;
    const node = this.options.nodes(pod.spec.nodeName ?? '');
    if (node === undefined) return;
    const options = { follow: true, previous: false, timestamps: false, stream: 'All' } as const;
    const chunks = node.logs(pod, name, options, this.abort.signal);
    this.logs.set(key, this.deliver(pod, chunks));
  }

  /** A log that cannot be read to its end must not keep the job's outcome from being told. */
  private async deliver(pod: Pod, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of chunks) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.options.onLine(pod, line);
      }
    } catch (error) {
      if (!this.abort.signal.aborted) this.options.onLine(pod, `(log cut short: ${(error as Error).message})`);
    }
    if (rest !== '') this.options.onLine(pod, rest);
  }
}

function hasStarted({ state }: ContainerStatus): boolean {
  return (
    state?.running !== undefined || (state?.terminated !== undefined && state.terminated.containerID !== undefined)
  );
}
