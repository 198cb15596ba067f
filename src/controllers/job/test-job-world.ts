import assert from 'node:assert/strict';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { silentLogger } from '#base/log.ts';
import { MetricsRegistry } from '#base/metrics.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client } from '#client/client.ts';
import { createJobController } from '#controllers/job/job-controller.ts';
import { catalog } from '#kinds/catalog.ts';
import { events } from '#kinds/event/event.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job, JobSpec } from '#kinds/job/schema.ts';
import type { ObjectRef } from '#kinds/meta/object.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodCondition, PodStatus } from '#kinds/pod/schema/status.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { Informers } from '#reconcile/informers.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

export type JobWish = Partial<Omit<JobSpec, 'template'>> & {
  readonly restartPolicy?: string;
  readonly labels?: { readonly [key: string]: string };
};

export interface End {
  readonly exitCode?: number;
  readonly conditions?: readonly { readonly type: string; readonly reason: string }[];
}

/** The real API over a memory store, the Job controller, and a test that is user and kubelet; all in virtual time. */
export class JobWorld {
  readonly clock = new VirtualClock();
  readonly random = seededRandom('jobs');
  readonly client: Client;
  /** What the controllers use; a test may put faults into it. */
  controllerClient: Client;
  /** What the controllers have told of their work since they started. */
  private metrics = new MetricsRegistry();
  private informers: Informers | undefined;
  private controllers: readonly Controller[] = [];

  static async create(): Promise<JobWorld> {
    const clock = new VirtualClock();
    const random = seededRandom('jobs');
    const store = createMemoryStore({ clock });
    const api = await createApi({ store, clock, random, resources: catalog });
    const user = { name: 'admin', groups: ['system:masters'] };
    const world = new JobWorld(createLocalClient(api, user, 'test'), clock);
    for (const name of ['ns']) {
      await world.client.create(namespaces, { metadata: { name } } as never).catch(() => {});
      await world.client.create(serviceAccounts, { metadata: { name: 'default', namespace: name } });
    }
    return world;
  }

  private constructor(client: Client, clock: VirtualClock) {
    this.client = client;
    this.clock = clock;
    this.controllerClient = client;
  }

  /** Starts controllers with empty heads: the Job controller, and others if given. */
  async start(...others: readonly ((deps: ControllerDeps) => Controller)[]): Promise<void> {
    const { clock, random, controllerClient: client } = this;
    this.informers = new Informers({ client, clock, random, log: silentLogger });
    this.metrics = new MetricsRegistry();
    const { informers, metrics } = this;
    const deps: ControllerDeps = { client, clock, random, log: silentLogger, informers, metrics };
    this.controllers = [createJobController, ...others].map((create) => create(deps));
    for (const controller of this.controllers) controller.start();
    this.informers.start();
    await this.clock.advance(0);
  }

  /** Ends the controllers at once, as a crash would: nothing under way is waited for. */
  crash(): void {
    this.informers?.stop();
    for (const controller of this.controllers) void controller.stop();
    this.controllers = [];
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  async createJob(wish: JobWish = {}, name = 'j'): Promise<Job> {
    const { restartPolicy = 'Never', labels, ...spec } = wish;
    const template = {
      metadata: labels === undefined ? {} : { labels },
      spec: { restartPolicy, containers: [{ name: 'c', image: 'example.com/app:1' }] },
    };
    const job = await this.client.create(jobs, {
      metadata: { namespace: 'ns', name },
      spec: { ...spec, template },
    } as never);
    await this.pass(0);
    return job as unknown as Job;
  }

  job(name = 'j'): Promise<Job> {
    return this.client.get(jobs, { namespace: 'ns', name });
  }

  async patchJob(body: object, name = 'j'): Promise<void> {
    await this.client.patch(jobs, { namespace: 'ns', name }, { type: 'merge', body });
    await this.pass(0);
  }

  /** Pods of the namespace, oldest first. */
  async pods(filter: (pod: Pod) => boolean = () => true): Promise<readonly Pod[]> {
    const { items } = await this.client.list(pods, { namespace: 'ns' });
    const age = (pod: Pod): string => pod.metadata.creationTimestamp;
    return items.filter(filter).toSorted((a, b) => (age(a) < age(b) ? -1 : age(a) > age(b) ? 1 : 0));
  }

  /** Those not ended and not being deleted. */
  active(): Promise<readonly Pod[]> {
    return this.pods(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined && status.phase !== 'Succeeded' && status.phase !== 'Failed',
    );
  }

  async podOfIndex(index: number): Promise<Pod> {
    const key = 'batch.kubernetes.io/job-completion-index';
    const found = (await this.active()).find(({ metadata }) => metadata.annotations?.[key] === String(index));
    assert.ok(found, `an active pod of index ${index}`);
    return found;
  }

  /** The only active pod. */
  async pod(): Promise<Pod> {
    const [pod, ...others] = await this.active();
    assert.ok(pod !== undefined && others.length === 0, 'exactly one active pod');
    return pod;
  }

  /** Binds the pod to a node and reports it running, ready unless said otherwise. */
  async run(pod: Pod, { ready = true, restarts = 0 } = {}): Promise<void> {
    const { spec } = await this.client.get(pods, pod.metadata);
    if (spec.nodeName === undefined) {
      const binding = { metadata: { name: pod.metadata.name }, target: { kind: 'Node', name: 'n1' } };
      await this.client.createSubresource(pods, pod.metadata, 'binding', binding);
    }
    await this.report(pod, {
      phase: 'Running',
      conditions: [this.condition('Ready', ready ? 'True' : 'False')],
      containerStatuses: [
        { ...container(restarts, ready), state: { running: { startedAt: timestamp(this.clock.now()) } } },
      ],
    });
  }

  succeed(pod: Pod): Promise<void> {
    return this.end(pod, 'Succeeded', { exitCode: 0 });
  }

  fail(pod: Pod, end: End = {}): Promise<void> {
    return this.end(pod, 'Failed', end);
  }

  /** Removes a pod that is being deleted, as a kubelet does at the end. */
  async vanish(ref: ObjectRef): Promise<void> {
    await this.client.delete(pods, ref, { gracePeriodSeconds: 0 });
    await this.pass(0);
  }

  /** "Reason: message" of all events, with counts. */
  async events(): Promise<readonly string[]> {
    const { items } = await this.client.list(events, { namespace: 'ns' });
    return items.map((event) => `${event.type} ${event.reason} ${event.message} x${event.count}`).sort();
  }

  /** The series of that metric, by their labels. */
  told(metric: string): readonly string[] {
    const lines = [...this.metrics.lines()].filter(
      (line) => line.startsWith(metric) && /[{ ]/.test(line[metric.length] ?? ''),
    );
    return lines
      .map((line) =>
        line
          .slice(metric.length)
          .trim()
          .replace(/^\{|\}/g, ''),
      )
      .sort();
  }

  /** "Type/Reason" of the Job's conditions, those that are not True with their status. */
  async conditions(name = 'j'): Promise<readonly string[]> {
    const { status } = await this.job(name);
    return (status.conditions ?? []).map(({ type, status: value, reason }) =>
      value === 'True' ? `${type}/${reason}` : `${type}=${value}/${reason}`,
    );
  }

  private async end(pod: Pod, phase: string, { exitCode = 1, conditions = [] }: End): Promise<void> {
    const finishedAt = timestamp(this.clock.now());
    await this.report(pod, {
      phase,
      conditions: [
        this.condition('Ready', 'False'),
        ...conditions.map(({ type, reason }) => ({ ...this.condition(type, 'True'), reason })),
      ],
      containerStatuses: [
        { ...container(0, false), state: { terminated: { exitCode, startedAt: finishedAt, finishedAt } } },
      ],
    });
  }

  private async report(pod: Pod, status: Partial<PodStatus>): Promise<void> {
    await this.client.patch(pods, pod.metadata, { type: 'merge', body: { status } }, { subresource: 'status' });
    await this.pass(0);
  }

  private condition(type: string, status: string): PodCondition {
    const time = timestamp(this.clock.now());
    return { type, status, lastProbeTime: time, lastTransitionTime: time };
  }
}

function container(restartCount: number, ready: boolean) {
  return { name: 'c', image: 'example.com/app:1', imageID: '', lastState: {}, ready, restartCount };
}
