import { jsonEqual } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import type { ServedResources } from '#client/served-resources.ts';
import { planQuotaStatus } from '#controllers/resource-quota/plan.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type KubeObject, keyOf } from '#kinds/meta/object.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import type { ResourceQuota } from '#kinds/resource-quota/schema.ts';
import { usageOf } from '#kinds/resource-quota/usage.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreRaces } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { type FollowedKind, KindFollower } from '#reconcile/kind-follower.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 5;
const retry = { msBase: 5, msMax: 60_000 };
/** A count is made when nobody has written the quota for so long: admission writes it a moment before what it admits is there
 *  to be counted, and that must not be taken away again. */
const quietMs: Millis = 200;
/** Time alone frees what pods use that should be gone by now. */
const againMs: Millis = 300_000;

/** Kinds of which an object may take more or less in the course of its life. */
const changing = new Set(['Pod', 'PersistentVolumeClaim', 'Service']);

export interface ResourceQuotaDeps extends ControllerDeps {
  /** Whose objects can be counted. */
  readonly served: ServedResources;
}

/** Keeps `status` of quotas true: admission counts up, this controller counts anew when something has gone, when the bounds
 *  change, and when admission counted something that was then not created (spec: api.md section 18.2). */
export function createResourceQuotaController(deps: ResourceQuotaDeps): Controller {
  return new ResourceQuotaController(deps).controller();
}

class ResourceQuotaController {
  private readonly deps: ResourceQuotaDeps;
  private readonly quotas: Informer<ResourceQuota>;
  private readonly counted: KindFollower;
  private readonly queue: WorkQueue;
  private readonly writtenAt = new Map<string, Millis>();

  constructor(deps: ResourceQuotaDeps) {
    this.deps = deps;
    this.quotas = deps.informers.of(resourceQuotas);
    this.queue = new WorkQueue(deps.clock, retry);
    const { served, informers } = deps;
    const follow = (kind: FollowedKind): (() => void) => this.followUsage(kind);
    this.counted = new KindFollower({ served, informers, wants: isCounted, follow });
  }

  controller(): Controller {
    return createQueuedController({
      name: 'resource-quota',
      queue: this.queue,
      reconcile: (key) => this.recount(key),
      workers,
      caches: [this.quotas, this.counted],
      log: this.deps.log,
      follow: () => [
        this.quotas.subscribe({
          added: (quota) => this.noteWrite(quota),
          updated: (quota) => this.noteWrite(quota),
          deleted: (quota) => this.writtenAt.delete(keyOf(quota.metadata)),
        }),
        () => this.counted.stop(),
      ],
    });
  }

  private noteWrite(quota: ResourceQuota): void {
    const key = keyOf(quota.metadata);
    this.writtenAt.set(key, this.deps.clock.now());
    this.queue.add(key);
  }

  private followUsage({ resource, cache }: FollowedKind): () => void {
    const { clock } = this.deps;
    return cache.subscribe({
      updated: (object, old) => {
        if (this.quotas.size === 0 || !changing.has(resource.kind)) return;
        const now = clock.now();
        if (!jsonEqual(usageOf(resource, object, now), usageOf(resource, old, now))) this.enqueueAll(object);
      },
      deleted: (object) => this.enqueueAll(object),
    });
  }

  private enqueueAll({ metadata }: KubeObject): void {
    if (this.quotas.size === 0) return;
    for (const quota of this.quotas.list(metadata.namespace)) this.queue.add(keyOf(quota.metadata));
  }

  private async recount(key: string): Promise<ReconcileResult> {
    const { client, clock } = this.deps;
    const quota = this.quotas.get(key);
    if (quota === undefined) return 'done';
    const now = clock.now();
    const isNew = !jsonEqual(quota.status.hard, quota.spec.hard);
    const wait = (this.writtenAt.get(key) ?? 0) + quietMs - now;
    if (!isNew && wait > 0) return { after: wait };
    const { namespace } = quota.metadata;
    const counted = this.counted.kinds.map(({ resource, cache }) => ({ resource, objects: cache.list(namespace) }));
    const status = planQuotaStatus(quota, counted, now);
    if (jsonEqual(status, quota.status)) return { after: againMs, background: true };
    await client.update(resourceQuotas, { ...quota, status }, { subresource: 'status' }).catch(ignoreRaces);
    return { after: againMs, background: true };
  }
}

function isCounted({ namespaced, kind, verbs }: ResourceDefinition): boolean {
  return namespaced && kind !== 'Event' && verbs.includes('watch');
}
