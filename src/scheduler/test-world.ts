import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client } from '#client/client.ts';
import { catalog } from '#kinds/catalog.ts';
import { events } from '#kinds/event/event.ts';
import type { Event } from '#kinds/event/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { Informers } from '#reconcile/informers.ts';
import { createScheduler, type Scheduler } from '#scheduler/scheduler.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

export interface NodeWish {
  readonly cpu?: string;
  readonly memory?: string;
  readonly pods?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly taints?: readonly object[];
  readonly unschedulable?: boolean;
}

/** The real API over a memory store and the scheduler, in virtual time; the test is user, kubelet and all controllers. */
export class SchedulerWorld {
  readonly clock: VirtualClock;
  readonly client: Client;
  /** What the scheduler uses; a test may put faults into it before `start`. */
  schedulerClient: Client;
  private informers: Informers | undefined;
  private scheduler: Scheduler | undefined;

  static async create(): Promise<SchedulerWorld> {
    const clock = new VirtualClock();
    const random = seededRandom('api');
    const store = createMemoryStore({ clock });
    const api = await createApi({ store, clock, random, resources: catalog });
    const world = new SchedulerWorld(
      createLocalClient(api, { name: 'admin', groups: ['system:masters'] }, 'test'),
      clock,
    );
    await world.client.create(namespaces, { metadata: { name: 'ns' }, spec: {} });
    await world.client.create(serviceAccounts, { metadata: { namespace: 'ns', name: 'default' } });
    return world;
  }

  private constructor(client: Client, clock: VirtualClock) {
    this.client = client;
    this.schedulerClient = client;
    this.clock = clock;
  }

  async start(): Promise<void> {
    const { clock } = this;
    const random = seededRandom('scheduler');
    this.informers = new Informers({ client: this.client, clock, random, log: silentLogger });
    const deps = { client: this.schedulerClient, informers: this.informers, clock, random, log: silentLogger };
    this.scheduler = createScheduler(deps);
    this.scheduler.start();
    this.informers.start();
    await this.pass(0);
  }

  async stop(): Promise<void> {
    await this.scheduler?.stop();
    this.informers?.stop();
  }

  pass(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  async node(name: string, wish: NodeWish = {}): Promise<void> {
    const { cpu = '4', memory = '8Gi', pods: count = '110', labels = {}, taints = [], unschedulable } = wish;
    await this.client.create(nodes, {
      metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
      spec: { unschedulable: true },
    } as never);
    const allocatable = { cpu, memory, pods: count, 'ephemeral-storage': '100Gi' };
    await this.client.patch(
      nodes,
      { name },
      { type: 'merge', body: { status: { allocatable } } },
      { subresource: 'status' },
    );
    // Admission taints new nodes until someone finds them ready.
    const spec = { taints: taints.length === 0 ? null : taints, unschedulable: unschedulable ?? null };
    await this.client.patch(nodes, { name }, { type: 'merge', body: { spec } });
    await this.pass(0);
  }

  async patchNode(name: string, body: object, subresource?: string): Promise<void> {
    const options = subresource === undefined ? {} : { subresource };
    await this.client.patch(nodes, { name }, { type: 'merge', body }, options);
    await this.pass(0);
  }

  /** Creates a pod; `requests` of its one container, and whatever else its spec shall say. */
  async create(
    name: string,
    requests: { readonly [resource: string]: string } = {},
    spec: object = {},
    labels: { readonly [key: string]: string } = {},
  ): Promise<void> {
    await this.client.create(pods, {
      metadata: { namespace: 'ns', name, labels },
      spec: { containers: [{ name: 'c', image: 'example.com/app:1', resources: { requests } }], ...spec },
    } as never);
    await this.pass(0);
  }

  pod(name: string): Promise<Pod> {
    return this.client.get(pods, { namespace: 'ns', name });
  }

  /** The node a pod is on, or why it is on none. */
  async place(name: string): Promise<string> {
    const { spec, status } = await this.pod(name);
    const condition = findCondition(status.conditions, 'PodScheduled');
    return spec.nodeName ?? `${condition?.reason}: ${condition?.message}`;
  }

  async patchPod(name: string, body: object, subresource?: string): Promise<void> {
    const options = subresource === undefined ? {} : { subresource };
    await this.client.patch(pods, { namespace: 'ns', name }, { type: 'merge', body }, options);
    await this.pass(0);
  }

  async finish(name: string, phase = 'Succeeded'): Promise<void> {
    await this.patchPod(name, { status: { phase } }, 'status');
  }

  /** Removes a pod at once, as the kubelet does in the end. */
  async gone(name: string): Promise<void> {
    await this.client.delete(pods, { namespace: 'ns', name }, { gracePeriodSeconds: 0 });
    await this.pass(0);
  }

  async events(): Promise<readonly Event[]> {
    return (await this.client.list(events, { namespace: 'ns' })).items;
  }

  /** In short: type, reason, pod, text; sorted. */
  async told(): Promise<readonly string[]> {
    return (await this.events())
      .map(({ type, reason, involvedObject, message }) => `${type} ${reason} ${involvedObject.name}: ${message}`)
      .sort();
  }
}
