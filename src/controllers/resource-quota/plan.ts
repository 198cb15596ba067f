import type { Millis } from '#base/units.ts';
import type { ResourceName } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { ResourceList } from '#kinds/pod/resources.ts';
import type { ResourceQuota, ResourceQuotaStatus } from '#kinds/resource-quota/schema.ts';
import { isInScope } from '#kinds/resource-quota/scopes.ts';
import { addUsage, onlyOf, usageOf } from '#kinds/resource-quota/usage.ts';

/** The objects of one resource in the quota's namespace. */
export interface Counted {
  readonly resource: ResourceName;
  readonly objects: readonly KubeObject[];
}

/** What a quota's status should say: the bounds as they are wanted, and what is used of each. */
export function planQuotaStatus(quota: ResourceQuota, counted: readonly Counted[], now: Millis): ResourceQuotaStatus {
  const { hard } = quota.spec;
  if (hard === undefined) return {};
  const resources = Object.keys(hard);
  let used: ResourceList = Object.fromEntries(resources.map((resource) => [resource, '0']));
  for (const { resource, objects } of counted) {
    for (const object of objects) {
      const usage = onlyOf(usageOf(resource, object, now), resources);
      if (Object.keys(usage).length === 0 || !isInScope(quota.spec, resource, object)) continue;
      used = addUsage(used, usage);
    }
  }
  return { hard, used };
}
