import { isSelfMade, membersOf } from '#controllers/endpoints/members.ts';
import { managerName, planSlices } from '#controllers/endpoints/plan-slices.ts';
import { ServiceFollower } from '#controllers/endpoints/service-follower.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { managedByLabel, serviceNameLabel } from '#kinds/endpoint-slice/labels.ts';
import type { EndpointSlice } from '#kinds/endpoint-slice/schema.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Service } from '#kinds/service/schema.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { ignoreRaces } from '#reconcile/ignored-errors.ts';
import type { Informer, Revision } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 2;
const retry = { msBase: 1_000, msMax: 60_000 };
const zoneLabel = 'topology.kubernetes.io/zone';

/** Keeps the slices of each service that selects pods: every pod with an address, how it is, and where (API group
 *  discovery.k8s.io). They belong to the service, and go with it. */
export function createEndpointSliceController(deps: ControllerDeps): Controller {
  return new EndpointSliceController(deps).controller();
}

class EndpointSliceController {
  private readonly deps: ControllerDeps;
  private readonly follower: ServiceFollower;
  private readonly slices: Informer<EndpointSlice>;
  private readonly nodes: Informer<Node>;
  private readonly queue: WorkQueue;
  /** What was last written for a service: a cache that does not show it yet would have us make the same slices twice. */
  private readonly written = new Map<string, Revision>();

  constructor(deps: ControllerDeps) {
    this.deps = deps;
    this.queue = new WorkQueue(deps.clock, retry);
    this.follower = new ServiceFollower(deps, (key) => this.queue.add(key));
    this.slices = deps.informers.of(endpointSlices);
    this.nodes = deps.informers.of(nodes);
  }

  controller(): Controller {
    return createQueuedController({
      name: 'endpoint-slices',
      queue: this.queue,
      reconcile: (key) => this.sync(key),
      workers,
      caches: [this.follower.services, this.follower.pods, this.slices, this.nodes],
      log: this.deps.log,
      follow: () => this.follow(),
    });
  }

  private follow(): readonly (() => void)[] {
    const look = (slice: EndpointSlice): void => {
      if (isOurs(slice)) this.queue.add(serviceKey(slice));
    };
    return [
      this.follower.start(),
      this.slices.subscribe({
        added: look,
        updated: (slice, old) => {
          look(slice);
          if (!isOurs(slice) || serviceKey(slice) !== serviceKey(old)) look(old);
        },
        deleted: look,
      }),
    ];
  }

  private async sync(key: string): Promise<'done'> {
    const service = this.follower.services.get(key);
    if (service === undefined) this.written.delete(key);
    if (service === undefined || service.metadata.deletionTimestamp !== undefined || isSelfMade(service)) return 'done';
    // The news that the cache lacks is of a slice of this service, and brings us back here.
    if (this.slices.revision < (this.written.get(key) ?? 0)) return 'done';
    await this.write(key, service).catch(ignoreRaces);
    return 'done';
  }

  private async write(key: string, service: Service): Promise<void> {
    const { client } = this.deps;
    const { namespace } = service.metadata;
    const family = service.spec.ipFamilies?.[0] === 'IPv6' ? 6 : 4;
    const plan = planSlices({
      service,
      members: membersOf(service, this.follower.podsOf(service), family),
      stored: this.slices.list(namespace).filter((slice) => isOurs(slice) && serviceKey(slice) === key),
      zoneOf: (node) => this.nodes.get(node)?.metadata.labels?.[zoneLabel],
    });
    for (const slice of plan.create) this.note(key, await client.create(endpointSlices, slice));
    for (const slice of plan.update) this.note(key, await client.update(endpointSlices, slice));
    for (const { metadata } of plan.delete) await client.delete(endpointSlices, metadata);
  }

  private note(key: string, { metadata }: EndpointSlice): void {
    this.written.set(key, Math.max(this.written.get(key) ?? 0, Number(metadata.resourceVersion)));
  }
}

function isOurs({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.[managedByLabel] === managerName;
}

function serviceKey({ metadata }: EndpointSlice): string {
  return `${metadata.namespace}/${metadata.labels?.[serviceNameLabel] ?? ''}`;
}
