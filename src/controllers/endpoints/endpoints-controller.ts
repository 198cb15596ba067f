import { isSelfMade, membersOf } from '#controllers/endpoints/members.ts';
import { managedByLabel, managerName, planEndpoints } from '#controllers/endpoints/plan-endpoints.ts';
import { ServiceFollower } from '#controllers/endpoints/service-follower.ts';
import { endpoints } from '#kinds/endpoints/endpoints.ts';
import type { Endpoints } from '#kinds/endpoints/schema.ts';
import { isAlreadyExists, isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { type KubeObject, keyOf, refOf } from '#kinds/meta/object.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 2;
const retry = { msBase: 1_000, msMax: 60_000 };

/** Keeps the Endpoints of each service that selects pods: the addresses of those that are ready, and of those that are not
 *  (API field `spec.selector` of Service). A service that goes takes its Endpoints along. */
export function createEndpointsController(deps: ControllerDeps): Controller {
  return new EndpointsController(deps).controller();
}

class EndpointsController {
  private readonly deps: ControllerDeps;
  private readonly follower: ServiceFollower;
  private readonly endpoints: Informer<Endpoints>;
  private readonly queue: WorkQueue;

  constructor(deps: ControllerDeps) {
    this.deps = deps;
    this.queue = new WorkQueue(deps.clock, retry);
    this.follower = new ServiceFollower(deps, (key) => this.queue.add(key));
    this.endpoints = deps.informers.of(endpoints);
  }

  controller(): Controller {
    return createQueuedController({
      name: 'endpoints',
      queue: this.queue,
      reconcile: (key) => this.sync(key),
      workers,
      caches: [this.follower.services, this.follower.pods, this.endpoints],
      log: this.deps.log,
      follow: () => this.follow(),
    });
  }

  private follow(): readonly (() => void)[] {
    const look = ({ metadata }: Endpoints): void => {
      const key = keyOf(metadata);
      // What others made for a service that is not there is theirs.
      const isOurs = metadata.labels?.[managedByLabel] === managerName;
      if (isOurs || this.follower.services.get(key) !== undefined) this.queue.add(key);
    };
    return [this.follower.start(), this.endpoints.subscribe({ added: look, updated: look, deleted: look })];
  }

  private async sync(key: string): Promise<'done'> {
    try {
      await this.write(key);
    } catch (error) {
      // The cache is behind; the news that it lacks brings us back here.
      if (!isConflict(error) && !isNotFound(error) && !isAlreadyExists(error)) throw error;
    }
    return 'done';
  }

  private async write(key: string): Promise<unknown> {
    const { client } = this.deps;
    const service = this.follower.services.get(key);
    const stored = this.endpoints.get(key);
    if (service === undefined) return stored === undefined ? undefined : client.delete(endpoints, refOf(key));
    if (isSelfMade(service)) return undefined;
    const planned = planEndpoints(service, membersOf(service, this.follower.podsOf(service)), stored);
    if (planned === undefined) return undefined;
    return stored === undefined
      ? client.create(endpoints, planned)
      : client.update(endpoints, complete(stored, planned));
  }
}

function complete<T extends KubeObject>(stored: T, planned: object): T {
  return { ...stored, ...planned };
}
