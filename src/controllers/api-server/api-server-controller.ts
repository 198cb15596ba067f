import {
  type ApiServerFacts,
  planEndpoints,
  planService,
  planSlice,
  planTrust,
  type Step,
  trust,
} from '#controllers/api-server/plan.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { endpoints } from '#kinds/endpoints/endpoints.ts';
import { isAlreadyExists, isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { type KubeObject, keyOf, type ObjectRef } from '#kinds/meta/object.ts';
import { kubernetesService } from '#kinds/service/kubernetes-service.ts';
import { services } from '#kinds/service/service.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 4;
const retry = { msBase: 50, msMax: 30_000 };

export interface ApiServerControllerDeps extends ControllerDeps {
  readonly facts: ApiServerFacts;
}

export interface ApiServerController extends Controller {
  /** Resolves when everything has been seen to once. */
  readonly settled: Promise<void>;
}

/** Keeps the objects by which others find this API server, and trust it (spec: api.md section 4, objects present at start): the
 *  service `default/kubernetes` with what stands behind it, and the certificates to check clients against. One that is deleted or
 *  changed is put right at once. */
export function createApiServerController(deps: ApiServerControllerDeps): ApiServerController {
  const objects = new ApiServerObjects(deps);
  return { ...objects.controller(), settled: objects.settled };
}

/** One object that is kept. */
interface Kept {
  readonly key: string;
  readonly informer: Informer<KubeObject>;
  settle(): Promise<void>;
}

class ApiServerObjects {
  readonly settled: Promise<void>;
  private readonly deps: ApiServerControllerDeps;
  private readonly queue: WorkQueue;
  private readonly kept: ReadonlyMap<string, Kept>;
  private readonly open: Set<string>;
  private readonly first = Promise.withResolvers<void>();

  constructor(deps: ApiServerControllerDeps) {
    this.deps = deps;
    this.queue = new WorkQueue(deps.clock, retry);
    const all = [
      this.keep(services, kubernetesService, planService),
      this.keep(endpoints, kubernetesService, planEndpoints),
      this.keep(endpointSlices, kubernetesService, planSlice),
      this.keep(configMaps, trust, planTrust),
    ];
    this.kept = new Map(all.map((one) => [one.key, one]));
    this.open = new Set(this.kept.keys());
    this.settled = this.first.promise;
  }

  controller(): Controller {
    return createQueuedController({
      name: 'api-server',
      queue: this.queue,
      reconcile: (key) => this.settle(key),
      workers,
      caches: [...this.kept.values()].map(({ informer }) => informer),
      log: this.deps.log,
      follow: () => this.follow(),
    });
  }

  private follow(): readonly (() => void)[] {
    return Array.from(this.kept.values(), ({ key, informer }) => {
      const enqueue = (): void => this.queue.add(key);
      enqueue();
      return informer.subscribe({ added: enqueue, updated: enqueue, deleted: enqueue });
    });
  }

  private async settle(key: string): Promise<'done'> {
    await this.kept.get(key)?.settle();
    this.open.delete(key);
    if (this.open.size === 0) this.first.resolve();
    return 'done';
  }

  private keep<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    { namespace, name }: Required<ObjectRef>,
    plan: (stored: T | undefined, facts: ApiServerFacts) => Step<T>,
  ): Kept {
    const { client, informers, facts } = this.deps;
    const ref = { namespace: namespace as string, name };
    const informer = informers.of(resource, { namespace: ref.namespace, fieldSelector: `metadata.name=${name}` });
    const act = async (step: Step<T>): Promise<unknown> => {
      if (step.at === 'create') return client.create(resource, step.object);
      if (step.at === 'update') return client.update(resource, step.object);
      return step.at === 'replace' ? client.delete(resource, ref) : undefined;
    };
    const settle = async (): Promise<void> => {
      try {
        await act(plan(informer.get(keyOf(ref)), facts));
      } catch (error) {
        // The cache is behind; the news that it lacks brings us back here.
        if (!isConflict(error) && !isNotFound(error) && !isAlreadyExists(error)) throw error;
      }
    };
    return { key: resource.plural, informer: informer as unknown as Informer<KubeObject>, settle };
  }
}
