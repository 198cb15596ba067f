import type { Clock } from '#base/clock.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { ResourceList } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import type { ResourceQuota } from '#kinds/resource-quota/schema.ts';
import { isInScope } from '#kinds/resource-quota/scopes.ts';
import { addUsage, amountUsage, exceededBy, isPods, onlyOf, usageOf } from '#kinds/resource-quota/usage.ts';
import { objectKey } from '../keys.ts';
import type { ObjectStore } from '../object-store.ts';
import { objectOf, sealed, storedValue } from '../object-value.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';

/** What every container must say something about where a quota bounds it. */
const explicit = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

/** Refuses what a namespace has no room for, and counts the rest (spec: api.md section 18.2). What is counted is written, if nobody
 *  else was faster, before the object is: of many creates at once no more get through than there is room for. A create that fails
 *  after all leaves too high a count, which the quota controller puts right. */
export function resourceQuota(objects: ObjectStore, clock: Clock): AdmissionPlugin {
  return {
    name: 'ResourceQuota',
    handles: (resource, subresource, operation) =>
      operation === 'CREATE' && subresource === undefined && resource.namespaced && resource.kind !== 'Event',
    validate: (object, request) => {
      const quotas = objects.all(resourceQuotas, request.namespace);
      return quotas.length === 0 ? undefined : charge(objects, clock, quotas, object, request);
    },
  };
}

async function charge(
  objects: ObjectStore,
  clock: Clock,
  quotas: readonly ResourceQuota[],
  object: KubeObject,
  request: AdmissionRequest,
): Promise<void> {
  const usage = usageOf(request.resource, object, clock.now());
  const concerned = quotas.filter((quota) => concerns(quota, usage, object, request));
  // First all are asked, so that a refusal by one does not cost anything in another.
  for (const quota of concerned) charged(quota, usage, object, request);
  if (request.dryRun) return;
  for (const quota of concerned) await write(objects, quota, usage, object, request);
}

function concerns(quota: ResourceQuota, usage: ResourceList, object: KubeObject, request: AdmissionRequest): boolean {
  const bounded = boundedResources(quota, usage, request);
  return bounded.length > 0 && isInScope(quota.spec, request.resource, object);
}

/** Which resources the quota bounds that such an object can take. */
function boundedResources(
  { status }: ResourceQuota,
  usage: ResourceList,
  request: AdmissionRequest,
): readonly string[] {
  const takesAmounts = isPods(request.resource);
  return Object.keys(status.hard ?? {})
    .filter((resource) => usage[resource] !== undefined || (takesAmounts && isAmount(resource)))
    .toSorted();
}

function isAmount(resource: string): boolean {
  return explicit.includes(resource) || /^(requests|limits)\.|^hugepages-|^ephemeral-storage$/.test(resource);
}

/** The quota with the object counted in; a Forbidden if there is no room for it. */
function charged(
  quota: ResourceQuota,
  usage: ResourceList,
  object: KubeObject,
  request: AdmissionRequest,
): ResourceQuota | undefined {
  const { name } = quota.metadata;
  const { hard = {}, used = {} } = quota.status;
  const bounded = boundedResources(quota, usage, request);
  const unknown = bounded.filter((resource) => used[resource] === undefined);
  if (unknown.length > 0) refuse(request, `status unknown for quota: ${name}, resources: ${unknown.join(',')}`);
  const missing = isPods(request.resource) ? missingAmounts(object as Pod, bounded) : [];
  if (missing.length > 0) refuse(request, `failed quota: ${name}: must specify ${missing.join('; ')}`);

  const requested = onlyOf(usage, Object.keys(hard));
  if (Object.keys(requested).length === 0) return undefined;
  const total = addUsage(used, requested);
  const exceeded = exceededBy(onlyOf(total, Object.keys(requested)), hard);
  if (exceeded.length > 0) {
    const shown = (amounts: ResourceList): string => listed(onlyOf(amounts, exceeded));
    refuse(
      request,
      `exceeded quota: ${name}, requested: ${shown(requested)}, used: ${shown(used)}, limited: ${shown(hard)}`,
    );
  }
  return { ...quota, status: { ...quota.status, used: total } };
}

/** "limits.memory for: a,b" for each bounded amount that containers leave open. */
function missingAmounts({ spec }: Pod, bounded: readonly string[]): readonly string[] {
  const whole = amountUsage(spec.resources?.requests, spec.resources?.limits);
  const open = bounded.filter((resource) => explicit.includes(resource) && whole[resource] === undefined);
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return open.flatMap((resource) => {
    const silent = containers.filter(
      ({ resources }) => amountUsage(resources.requests, resources.limits)[resource] === undefined,
    );
    if (silent.length === 0) return [];
    return `${resource} for: ${silent
      .map((container) => container.name)
      .toSorted()
      .join(',')}`;
  });
}

function listed(amounts: ResourceList): string {
  const entries = Object.entries(amounts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([resource, amount]) => `${resource}=${amount}`).join(',');
}

function refuse({ resource, name }: AdmissionRequest, why: string): never {
  throw apiErrors.forbidden(resource, name, why);
}

/** Writes the count; begins again with what somebody else wrote in between. A quota that has gone bounds nothing. */
async function write(
  objects: ObjectStore,
  quota: ResourceQuota,
  usage: ResourceList,
  object: KubeObject,
  request: AdmissionRequest,
): Promise<void> {
  const { namespace, name } = quota.metadata;
  const definition = objects.of(resourceQuotas).definition;
  const key = objectKey(definition, namespace, name);
  let current = quota;
  for (;;) {
    const next = charged(current, usage, object, request);
    if (next === undefined) return;
    const value = storedValue(definition, sealed(definition, next));
    const expect = Number(current.metadata.resourceVersion);
    const result = await objects.store.write({ op: 'put', key, value, expect });
    if (result.ok || result.current === undefined) return;
    current = objectOf(definition, result.current) as ResourceQuota;
  }
}
