import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import type { Clock } from '#base/clock.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client, WatchSink } from '#client/client.ts';
import { createDaemonSetController } from '#controllers/daemonset/daemonset-controller.ts';
import { targetNodeOf } from '#controllers/daemonset/pod-facts.ts';
import { catalog } from '#kinds/catalog.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import { isPodReady } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import type { Controller } from '#reconcile/controller.ts';
import { Informers } from '#reconcile/informers.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

/** The real API over a memory store, the DaemonSet controller, and a test that is user, scheduler and kubelet; all in
 *  virtual time. The controller may die at any moment and be started anew. */
export class DaemonWorld {
  readonly clock: VirtualClock;
  readonly client: Client;
  private informers: Informers | undefined;
  private controller: Controller | undefined;

  static async create(nodeNames: readonly string[]): Promise<DaemonWorld> {
    const clock = new VirtualClock();
    const random = seededRandom('daemons');
    const api = await createApi({ store: createMemoryStore({ clock }), clock, random, resources: catalog });
    const world = new DaemonWorld(createLocalClient(api, { name: 'admin', groups: ['system:masters'] }, 'test'), clock);
    const { client } = world;
    await client.create(namespaces, { metadata: { name: 'ns' } } as never);
    await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'ns' } });
    for (const name of nodeNames) {
      await client.create(nodes, { metadata: { name } } as never);
      await client.patch(nodes, { name }, { type: 'merge', body: { spec: { taints: null } } });
    }
    return world;
  }

  private constructor(client: Client, clock: VirtualClock) {
    this.client = client;
    this.clock = clock;
  }

  /** Starts the controller with an empty head. */
  async start(client: Client): Promise<void> {
    const { clock } = this;
    const random = seededRandom('controller');
    const informers = new Informers({ client, clock, random, log: silentLogger });
    this.informers = informers;
    this.controller = createDaemonSetController({ client, clock, random, log: silentLogger, informers });
    this.controller.start();
    informers.start();
    await clock.advance(0);
  }

  /** Ends it at once: nothing under way is waited for. */
  crash(): void {
    this.informers?.stop();
    void this.controller?.stop();
  }

  async pods(): Promise<readonly Pod[]> {
    return (await this.client.list(pods, { namespace: 'ns' })).items;
  }

  /** Scheduler and kubelets do their next step for every pod: bind it, report it ready, or end it. */
  async tend(): Promise<void> {
    for (const pod of await this.pods()) {
      const { metadata } = pod;
      if (metadata.deletionTimestamp !== undefined) await this.client.delete(pods, metadata, { gracePeriodSeconds: 0 });
      else if (pod.spec.nodeName === undefined) {
        const binding = { metadata: { name: metadata.name }, target: { kind: 'Node', name: targetNodeOf(pod) } };
        await this.client.createSubresource(pods, metadata, 'binding', binding);
      } else if (!isPodReady(pod)) await this.reportReady(pod);
    }
  }

  private async reportReady({ metadata }: Pod): Promise<void> {
    const time = timestamp(this.clock.now());
    const ready = { type: 'Ready', status: 'True', lastProbeTime: time, lastTransitionTime: time };
    const body = { status: { phase: 'Running', conditions: [ready] } };
    await this.client.patch(pods, metadata, { type: 'merge', body }, { subresource: 'status' });
  }
}

/** A sink that hears everything so much later. */
export function late<T>(clock: Clock, lagMs: number, sink: WatchSink<T>): WatchSink<T> {
  if (lagMs === 0) return sink;
  return {
    event: (event) => void clock.after(lagMs, () => sink.event(event)),
    closed: (error) => void clock.after(lagMs, () => sink.closed(error)),
  };
}
