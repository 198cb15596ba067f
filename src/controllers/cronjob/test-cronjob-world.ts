import type { Api } from '#api/api.ts';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { silentLogger } from '#base/log.ts';
import { MetricsRegistry } from '#base/metrics.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client } from '#client/client.ts';
import { createCronJobController } from '#controllers/cronjob/cronjob-controller.ts';
import { catalog } from '#kinds/catalog.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import type { CronJob, CronJobSpec } from '#kinds/cron-job/schema.ts';
import { events } from '#kinds/event/event.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { ownerReference } from '#kinds/meta/owners.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Controller } from '#reconcile/controller.ts';
import { Informers } from '#reconcile/informers.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

export type CronJobWish = Partial<Omit<CronJobSpec, 'jobTemplate'>> & {
  readonly template?: { readonly labels?: object; readonly annotations?: object };
};

const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'example.com/app:1' }] } };

/** The real API over a memory store, the CronJob controller, and a test that is user and Job controller; in virtual time that
 *  begins at 10:00:30. */
export class CronJobWorld {
  readonly clock: VirtualClock;
  readonly client: Client;
  /** What the controller uses; a test may put faults into it. */
  controllerClient: Client;
  /** What the controllers tell of their work. */
  readonly metrics = new MetricsRegistry();
  private readonly running = new Set<{ readonly informers: Informers; readonly controller: Controller }>();

  static async create(start = '2026-01-05T10:00:30Z'): Promise<CronJobWorld> {
    const clock = new VirtualClock(Date.parse(start));
    const store = createMemoryStore({ clock });
    const api = await createApi({ store, clock, random: seededRandom('cron'), resources: catalog });
    const world = new CronJobWorld(api, clock);
    await world.client.create(namespaces, { metadata: { name: 'ns' } } as never);
    return world;
  }

  private constructor(api: Api, clock: VirtualClock) {
    this.clock = clock;
    this.client = createLocalClient(api, { name: 'admin', groups: ['system:masters'] }, 'test');
    this.controllerClient = this.client;
  }

  /** Starts a controller with an empty head, beside those that run. */
  async start(localZone = 'UTC'): Promise<void> {
    const tools = { client: this.controllerClient, clock: this.clock, random: seededRandom('cron'), log: silentLogger };
    const informers = new Informers(tools);
    const { metrics } = this;
    const controller = createCronJobController({ ...tools, informers, metrics, localZone: () => localZone });
    this.running.add({ informers, controller });
    controller.start();
    informers.start();
    await this.pass(0);
  }

  /** Ends all controllers at once, as a crash would: nothing under way is waited for. */
  crash(): void {
    for (const { informers, controller } of this.running) {
      informers.stop();
      void controller.stop();
    }
    this.running.clear();
  }

  /** Lets `ms` pass. */
  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** Lets time pass until the clock shows this time of the day, and the padding of wake-ups after it. */
  until(time: string): Promise<void> {
    const day = new Date(this.clock.now()).toISOString().slice(0, 11);
    return this.pass(Date.parse(`${day}${time}Z`) + 100 - this.clock.now());
  }

  /** Minutely unless said. */
  async createCronJob({ template: metadata = {}, ...spec }: CronJobWish = {}, name = 'c'): Promise<CronJob> {
    const cronJob = await this.client.create(cronJobs, {
      metadata: { namespace: 'ns', name },
      spec: { schedule: '* * * * *', jobTemplate: { metadata, spec: { template } }, ...spec },
    } as never);
    await this.pass(0);
    return cronJob as unknown as CronJob;
  }

  cronJob(name = 'c'): Promise<CronJob> {
    return this.client.get(cronJobs, { namespace: 'ns', name });
  }

  async patch(body: object, subresource?: string, name = 'c'): Promise<void> {
    const options = subresource === undefined ? {} : { subresource };
    await this.client.patch(cronJobs, { namespace: 'ns', name }, { type: 'merge', body }, options);
    await this.pass(0);
  }

  /** Sets when the last run was. */
  async lastRan(time: string): Promise<void> {
    await this.patch({ status: { lastScheduleTime: time } }, 'status');
  }

  async jobs(): Promise<readonly Job[]> {
    const { items } = await this.client.list(jobs, { namespace: 'ns' });
    return items.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /** The times, as hh:mm, for which there are Jobs. */
  async slots(): Promise<readonly string[]> {
    return (await this.jobs()).map(slotText);
  }

  /** The times, as hh:mm, of the Jobs in the status. */
  async active(): Promise<readonly string[]> {
    const { status } = await this.cronJob();
    return (status.active ?? []).map(({ name = '' }) => minuteText(Number(name.split('-').at(-1))));
  }

  /** The Job of the run at hh:mm. */
  async jobAt(slot: string): Promise<Job> {
    const found = (await this.jobs()).find((job) => slotText(job) === slot);
    if (found === undefined) throw new Error(`There is no Job for ${slot}`);
    return found;
  }

  /** A Job as `kubectl create job --from` makes it. */
  async createManualJob(name: string): Promise<Job> {
    const { blockOwnerDeletion: _, ...owner } = ownerReference(await this.cronJob(), cronJobs);
    const metadata = { namespace: 'ns', name, ownerReferences: [owner] };
    const job = await this.client.create(jobs, { metadata, spec: { template } } as never);
    await this.pass(0);
    return job as unknown as Job;
  }

  async finish(job: Job, end: 'Complete' | 'Failed' = 'Complete'): Promise<void> {
    const now = timestamp(this.clock.now());
    const types = end === 'Complete' ? ['SuccessCriteriaMet', 'Complete'] : ['FailureTarget', 'Failed'];
    const conditions = types.map((type) => ({ type, status: 'True', lastProbeTime: now, lastTransitionTime: now }));
    const status = { startTime: job.metadata.creationTimestamp, conditions };
    const body = {
      status: end === 'Complete' ? { ...status, completionTime: now, succeeded: 1 } : { ...status, failed: 1 },
    };
    await this.client.patch(jobs, job.metadata, { type: 'merge', body }, { subresource: 'status' });
    await this.pass(0);
  }

  /** "Reason xN" of all events, and their messages where wanted. */
  async events(): Promise<readonly string[]> {
    const { items } = await this.client.list(events, { namespace: 'ns' });
    return items.map((event) => `${event.reason} x${event.count}`).sort();
  }

  async messages(reason: string): Promise<readonly string[]> {
    const { items } = await this.client.list(events, { namespace: 'ns' });
    return items.filter((event) => event.reason === reason).map(({ message = '' }) => message);
  }
}

/** A client that does some things differently. */
export function clientWith(client: Client, differences: Partial<Client>): Client {
  return {
    get: (...args) => client.get(...args),
    list: (...args) => client.list(...args),
    watch: (...args) => client.watch(...args),
    create: (...args) => client.create(...args),
    update: (...args) => client.update(...args),
    patch: (...args) => client.patch(...args),
    delete: (...args) => client.delete(...args),
    deleteCollection: (...args) => client.deleteCollection(...args),
    createSubresource: (...args) => client.createSubresource(...args),
    ...differences,
  };
}

function slotText({ metadata }: Job): string {
  const minute = Number(metadata.name.split('-').at(-1));
  return Number.isNaN(minute) ? metadata.name : minuteText(minute);
}

function minuteText(minute: number): string {
  return new Date(minute * 60_000).toISOString().slice(11, 16);
}
