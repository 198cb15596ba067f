import type { Clock } from '#base/clock.ts';
import { apiErrors, type ResourceName } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { podLevelResources, type ResourceList } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { boundsFor } from '#kinds/resource-quota/bounds.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import type { ResourceQuota } from '#kinds/resource-quota/schema.ts';
import { isInScope, isTerminating } from '#kinds/resource-quota/scopes.ts';
import { addUsage, amountUsage, exceededBy, growth, isPods, onlyOf, usageOf } from '#kinds/resource-quota/usage.ts';
import { objectKey } from '../keys.ts';
import type { ObjectStore } from '../object-store.ts';
import { objectOf, sealed, storedValue } from '../object-value.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';

/** What every container must say something about where a quota bounds it. */
const explicit = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];
/** What is asked and answered, not stored, and what has never been counted. */
const ignored = new Set(['Binding', 'Event', 'LocalSubjectAccessReview']);

/** Refuses what a namespace has no room for, and counts the rest (spec: api.md section 18.2). What is counted is written, if nobody
 *  else was faster, before the object is: of many creates at once no more get through than there is room for. A create that fails
 *  after all leaves too high a count, which the quota controller puts right. */
export function resourceQuota(objects: ObjectStore, clock: Clock): AdmissionPlugin {
  return {
    name: 'ResourceQuota',
    handles: (resource, subresource, operation) =>
      resource.namespaced &&
      !ignored.has(resource.kind) &&
      (operation === 'CREATE'
        ? subresource === undefined
        : operation === 'UPDATE' && takesMoreWhenUpdated(resource, subresource)),
    validate: (object, request) => {
      const quotas = objects.all(resourceQuotas, request.namespace);
      if (quotas.length === 0 || !changesScope(object, request)) return undefined;
      return charge(objects, clock, quotas, object, request);
    },
  };
}

function takesMoreWhenUpdated({ group, plural }: ResourceName, subresource = ''): boolean {
  if (group !== '') return false;
  if (plural === 'pods') return subresource === '' || subresource === 'resize';
  if (plural === 'persistentvolumeclaims') return subresource === '' || subresource === 'status';
  return plural === 'services' && subresource === '';
}

/** A pod that is replaced takes no more than before, but may have come under other quotas. */
function changesScope(object: KubeObject, { resource, subresource, old }: AdmissionRequest): boolean {
  if (old === undefined || subresource !== undefined || !isPods(resource)) return true;
  return isTerminating((object as Pod).spec) !== isTerminating((old as Pod).spec);
}

async function charge(
  objects: ObjectStore,
  clock: Clock,
  quotas: readonly ResourceQuota[],
  object: KubeObject,
  request: AdmissionRequest,
): Promise<void> {
  const { resource, old } = request;
  const concerned = quotas.filter((quota) => concerns(quota, object, request));
  for (const quota of concerned) requireAnswers(quota, object, request);
  const now = clock.now();
  // What is not taken is not asked for: it may be used up all the same.
  const usage = growth(usageOf(resource, object, now), {});
  const grown = old === undefined ? usage : growth(usage, usageOf(resource, old, now));
  const charges = concerned
    .map((quota) => ({ quota, usage: old !== undefined && concerns(quota, old, request) ? grown : usage }))
    .filter((each) => Object.keys(each.usage).length > 0);
  // First all are asked, so that a refusal by one does not cost anything in another.
  for (const each of charges) charged(each.quota, each.usage, request);
  if (request.dryRun) return;
  for (const each of charges) await write(objects, each.quota, each.usage, request);
}

function concerns({ spec, status }: ResourceQuota, object: KubeObject, { resource }: AdmissionRequest): boolean {
  return boundsFor(resource, Object.keys(status.hard ?? {})).length > 0 && isInScope(spec, resource, object);
}

/** What is bounded must be said and known. */
function requireAnswers({ metadata, status }: ResourceQuota, object: KubeObject, request: AdmissionRequest): void {
  const { hard = {}, used = {} } = status;
  const bounded = boundsFor(request.resource, Object.keys(hard));
  const missing = isPods(request.resource) ? missingAmounts(object as Pod, bounded) : [];
  if (missing.length > 0) refuse(request, `failed quota: ${metadata.name}: must specify ${missing.join('; ')}`);
  if (bounded.every((resource) => used[resource] !== undefined)) return;
  refuse(request, `status unknown for quota: ${metadata.name}, resources: ${bounded.join(',')}`);
}

/** The quota with the object counted in; a Forbidden if there is no room for it. */
function charged(quota: ResourceQuota, usage: ResourceList, request: AdmissionRequest): ResourceQuota | undefined {
  const { name } = quota.metadata;
  const { hard = {}, used = {} } = quota.status;
  const requested = onlyOf(usage, Object.keys(hard));
  if (Object.keys(requested).length === 0) return undefined;
  const total = addUsage(used, requested);
  const exceeded = request.subresource === 'status' ? [] : exceededBy(onlyOf(total, Object.keys(requested)), hard);
  if (exceeded.length > 0) {
    const shown = (amounts: ResourceList): string => listed(onlyOf(amounts, exceeded));
    refuse(
      request,
      `exceeded quota: ${name}, requested: ${shown(requested)}, used: ${shown(used)}, limited: ${shown(hard)}`,
    );
  }
  return { ...quota, status: { ...quota.status, used: total } };
}

/** "limits.memory for: a,b" for each bounded amount that containers leave open, unless the pod speaks for all of them. */
function missingAmounts({ spec }: Pod, bounded: readonly string[]): readonly string[] {
  const { requests = {}, limits = {} } = spec.resources ?? {};
  if ([...Object.keys(requests), ...Object.keys(limits)].some(podLevelResources)) return [];
  const open = bounded.filter((resource) => explicit.includes(resource));
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return open.flatMap((resource) => {
    const silent = containers.filter(
      ({ resources }) => amountUsage(resources.requests, resources.limits)[resource] === undefined,
    );
    if (silent.length === 0) return [];
    const names = silent.map((container) => container.name).toSorted();
    return `${resource} for: ${names.join(',')}`;
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
  request: AdmissionRequest,
): Promise<void> {
  const { namespace, name } = quota.metadata;
  const definition = objects.of(resourceQuotas).definition;
  const key = objectKey(definition, namespace, name);
  let current = quota;
  for (;;) {
    const next = charged(current, usage, request);
    if (next === undefined) return;
    const value = storedValue(definition, sealed(definition, next));
    const expect = Number(current.metadata.resourceVersion);
    const result = await objects.store.write({ op: 'put', key, value, expect });
    if (result.ok || result.current === undefined) return;
    current = objectOf(definition, result.current) as ResourceQuota;
  }
}
