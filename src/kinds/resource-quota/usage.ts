import type { Millis } from '#base/units.ts';
import type { ResourceName } from '#kinds/meta/errors.ts';
import { addQuantities, compareQuantities } from '#kinds/meta/quantity.ts';
import { claimClassOf } from '#kinds/persistent-volume-claim/class.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { podAmounts, type ResourceList } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** Core resources that quotas also count under their bare names. */
const bareNames = new Set([
  'configmaps',
  'secrets',
  'services',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'resourcequotas',
]);
/** Amounts that are counted under their own name too, as what is requested. */
const computed = new Set(['cpu', 'memory', 'ephemeral-storage']);

export function isPods({ group, plural }: ResourceName): boolean {
  return group === '' && plural === 'pods';
}

/** How much of each quota resource one object takes (spec: api.md section 18.2). */
export function usageOf(resource: ResourceName, object: object, now: Millis): ResourceList {
  if (isPods(resource)) return podUsage(object as Pod, now);
  const count = countUsage(resource);
  return isClaims(resource) ? { ...count, ...claimUsage(object as PersistentVolumeClaim) } : count;
}

function isClaims({ group, plural }: ResourceName): boolean {
  return group === '' && plural === 'persistentvolumeclaims';
}

/** Storage is counted whole and for its class. While a volume is made larger, the larger size counts. */
function claimUsage({ spec, status, metadata }: PersistentVolumeClaim): ResourceList {
  const asked = spec.resources.requests?.storage;
  const allocated = status.allocatedResources?.storage ?? '0';
  const storage = asked === undefined || compareQuantities(asked, allocated) >= 0 ? asked : allocated;
  const className = claimClassOf({ metadata, spec });
  const ofClass = className ? `${className}.storageclass.storage.k8s.io/` : undefined;
  return {
    ...(storage === undefined ? {} : { 'requests.storage': storage }),
    ...(ofClass === undefined ? {} : { [`${ofClass}persistentvolumeclaims`]: '1' }),
    ...(ofClass === undefined || storage === undefined ? {} : { [`${ofClass}requests.storage`]: storage }),
  };
}

/** "count/configmaps" and "configmaps", "count/jobs.batch". */
function countUsage({ group, plural }: ResourceName): ResourceList {
  const count = { [`count/${plural}${group === '' ? '' : `.${group}`}`]: '1' };
  return group === '' && bareNames.has(plural) ? { ...count, [plural]: '1' } : count;
}

/** A pod that has ended, or that its node should have ended long ago, takes nothing but its place in the store. */
function podUsage(pod: Pod, now: Millis): ResourceList {
  const count = { 'count/pods': '1' };
  if (!isCharged(pod, now)) return count;
  return { ...count, pods: '1', ...amountUsage(podAmounts(pod.spec, 'requests'), podAmounts(pod.spec, 'limits')) };
}

function isCharged({ metadata, status }: Pod, now: Millis): boolean {
  if (isTerminalPhase(status.phase)) return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true;
  return now <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

/** What requests and limits are called in a quota. */
export function amountUsage(requests: ResourceList = {}, limits: ResourceList = {}): ResourceList {
  const usage: { [resource: string]: string } = {};
  for (const [resource, amount] of Object.entries(requests)) {
    usage[`requests.${resource}`] = amount;
    if (computed.has(resource) || resource.startsWith('hugepages-')) usage[resource] = amount;
  }
  for (const [resource, amount] of Object.entries(limits)) {
    if (computed.has(resource)) usage[`limits.${resource}`] = amount;
  }
  return usage;
}

/** `a` and `b` together. */
export function addUsage(a: ResourceList, b: ResourceList): ResourceList {
  const sum: { [resource: string]: string } = { ...a };
  for (const [resource, amount] of Object.entries(b)) sum[resource] = addQuantities(sum[resource] ?? '0', amount);
  return sum;
}

/** The part of `usage` that speaks of these resources. */
export function onlyOf(usage: ResourceList, resources: readonly string[]): ResourceList {
  return Object.fromEntries(Object.entries(usage).filter(([resource]) => resources.includes(resource)));
}

/** What there is more of in `usage` than `hard` allows. */
export function exceededBy(usage: ResourceList, hard: ResourceList): readonly string[] {
  return Object.entries(usage)
    .filter(([resource, amount]) => compareQuantities(amount, hard[resource] ?? amount) > 0)
    .map(([resource]) => resource);
}
