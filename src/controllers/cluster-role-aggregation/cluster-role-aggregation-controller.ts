import { apiVersionOf } from '#kinds/definition.ts';
import { clusterRoles } from '#kinds/rbac/roles.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreNotFound } from '#reconcile/ignored-errors.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';
import { planRules } from './plan.ts';

/** Upstream's: it stands in the managed fields of these roles, where tools expect it. */
const fieldManager = 'clusterrole-aggregation-controller';

/** Writes the rules of cluster roles that are made up of others, so that whoever adds a kind can add rights on it to `view`, `edit`
 *  and `admin` by a label (spec: api.md section 17.3). */
export function createClusterRoleAggregationController(deps: ControllerDeps): Controller {
  const { client, informers, log } = deps;
  const queue = new WorkQueue(deps.clock, { msBase: 5, msMax: 60_000 });
  const cache = informers.of(clusterRoles);

  async function reconcile(name: string): Promise<ReconcileResult> {
    const role = cache.get(name);
    const rules = role && planRules(role, cache.list());
    if (rules === undefined) return 'done';
    const body = { kind: 'ClusterRole', apiVersion: apiVersionOf(clusterRoles), metadata: { name }, rules };
    await client
      .patch(clusterRoles, { name }, { type: 'apply', body }, { fieldManager, force: true })
      .catch(ignoreNotFound);
    return 'done';
  }

  /** Any role may be part of any other. */
  const noteChange = (): void => {
    for (const role of cache.list()) if (role.aggregationRule !== undefined) queue.add(role.metadata.name);
  };
  const follow = () => [cache.subscribe({ added: noteChange, updated: noteChange, deleted: noteChange })];
  const name = 'cluster-role-aggregation';
  return createQueuedController({ name, queue, reconcile, workers: 1, caches: [cache], log, follow });
}
