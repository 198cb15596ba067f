import type { ServedResources } from '#client/served-resources.ts';
import { planAvailability } from '#controllers/api-service/availability-plan.ts';
import { managedLabel, planRegistration, type Wanted, wantedServices } from '#controllers/api-service/registration.ts';
import { apiServices } from '#kinds/api-service/api-service.ts';
import { withAvailability } from '#kinds/api-service/availability.ts';
import type { APIService } from '#kinds/api-service/schema.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { serviceNameLabel } from '#kinds/endpoint-slice/labels.ts';
import { isAlreadyExists } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { services } from '#kinds/service/service.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { ignoreRaces } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

/** Many at once: a store on disk makes one commit of what a start writes. */
const workers = 64;
const retry = { msBase: 50, msMax: 30_000 };

export interface ApiServiceControllerDeps extends ControllerDeps {
  readonly served: ServedResources;
}

/** Keeps an APIService for each group and version that is served, and says of those of others whether they answer (upstream's
 *  registration and availability of API services). */
export function createApiServiceController(deps: ApiServiceControllerDeps): Controller {
  return new ApiServiceObjects(deps).controller();
}

class ApiServiceObjects {
  private readonly deps: ApiServiceControllerDeps;
  private readonly queue: WorkQueue;
  private readonly cache: Informer<APIService>;
  private readonly settled = new Set<string>();
  private wanted: ReadonlyMap<string, Wanted> = new Map();
  private atStart: ReadonlySet<string> | undefined;
  /** How to hear of services no more; only heard of once somebody names one. */
  private endServices: readonly (() => void)[] | undefined;

  constructor(deps: ApiServiceControllerDeps) {
    this.deps = deps;
    this.queue = new WorkQueue(deps.clock, retry);
    this.cache = deps.informers.of(apiServices);
  }

  controller(): Controller {
    return createQueuedController({
      name: 'api-service',
      queue: this.queue,
      reconcile: (name) => this.settle(name),
      workers,
      caches: [this.cache],
      log: this.deps.log,
      follow: () => this.follow(),
    });
  }

  private follow(): readonly (() => void)[] {
    const { served } = this.deps;
    const enqueue = ({ metadata }: APIService): void => this.queue.add(metadata.name);
    this.offer();
    return [
      this.cache.subscribe({ added: enqueue, updated: enqueue, deleted: enqueue }),
      served.subscribe(() => this.offer()),
      () => {
        for (const end of this.endServices ?? []) end();
      },
    ];
  }

  private offer(): void {
    const before = this.wanted;
    this.wanted = wantedServices(this.deps.served.resources);
    for (const name of new Set([...before.keys(), ...this.wanted.keys()])) {
      if (before.has(name) !== this.wanted.has(name)) this.queue.add(name);
    }
  }

  private async settle(name: string): Promise<'done'> {
    this.atStart ??= new Set(this.cache.list().map(({ metadata }) => metadata.name));
    await this.register(name);
    this.settled.add(name);
    const stored = this.cache.get(name);
    if (stored !== undefined) await this.judge(stored);
    return 'done';
  }

  private async register(name: string): Promise<void> {
    const { client } = this.deps;
    const [wanted, stored] = [this.wanted.get(name), this.cache.get(name)];
    const settled = this.settled.has(name);
    const atStart = this.atStart?.has(name) ?? false;
    try {
      switch (planRegistration({ wanted, stored, settled, atStart })) {
        case 'keep':
          return;
        case 'create': {
          const { manner, spec } = wanted as Wanted;
          await client.create(apiServices, { metadata: { name, labels: { [managedLabel]: manner } }, spec });
          return;
        }
        case 'update':
          await client.update(apiServices, { ...(stored as APIService), spec: (wanted as Wanted).spec });
          return;
        case 'delete':
          await client.delete(apiServices, { name }, { preconditions: { uid: stored?.metadata.uid as string } });
      }
    } catch (error) {
      // Somebody else did; the news of it brings the name back.
      if (!isAlreadyExists(error)) ignoreRaces(error);
    }
  }

  private async judge(stored: APIService): Promise<void> {
    const { client, clock, informers } = this.deps;
    const { namespace = '', name = '' } = stored.spec.service ?? {};
    if (stored.spec.service !== undefined) await this.followServices();
    const said = planAvailability(stored, {
      service: stored.spec.service && informers.of(services).get(keyOf({ namespace, name })),
      slices: stored.spec.service === undefined ? [] : this.slicesOf(namespace, name),
    });
    const status = withAvailability(stored.status, said, clock.now());
    if (status === stored.status) return;
    await client.update(apiServices, { ...stored, status }, { subresource: 'status' }).catch(ignoreRaces);
  }

  private slicesOf(namespace: string, name: string) {
    const all = this.deps.informers.of(endpointSlices).list(namespace);
    return all.filter(({ metadata }) => metadata.labels?.[serviceNameLabel] === name);
  }

  /** Resolves when it is known what services there are. */
  private async followServices(): Promise<void> {
    const { informers } = this.deps;
    const [ofServices, ofSlices] = [informers.of(services), informers.of(endpointSlices)];
    if (this.endServices === undefined) {
      const look = (namespace: string | undefined, name: string | undefined): void => this.lookAgain(namespace, name);
      const service = ({ metadata }: { metadata: { namespace: string; name: string } }): void =>
        look(metadata.namespace, metadata.name);
      const slice = ({ metadata }: { metadata: { namespace: string; labels?: { [key: string]: string } } }): void =>
        look(metadata.namespace, metadata.labels?.[serviceNameLabel]);
      this.endServices = [
        ofServices.subscribe({ added: service, updated: service, deleted: service }),
        ofSlices.subscribe({ added: slice, updated: slice, deleted: slice }),
      ];
    }
    await Promise.all([ofServices.whenSynced(), ofSlices.whenSynced()]);
  }

  private lookAgain(namespace: string | undefined, name: string | undefined): void {
    for (const { metadata, spec } of this.cache.list()) {
      const { service } = spec;
      if (service !== undefined && service.namespace === namespace && service.name === name) {
        this.queue.add(metadata.name);
      }
    }
  }
}
