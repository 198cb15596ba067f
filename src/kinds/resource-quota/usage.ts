import type { Millis } from '#base/units.ts';
import type { ResourceName } from '#kinds/meta/errors.ts';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  subtractQuantities,
} from '#kinds/meta/quantity.ts';
import { claimClassOf } from '#kinds/persistent-volume-claim/class.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { podAmounts, type ResourceList, specInPlace } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Service } from '#kinds/service/schema.ts';
import { roundUp } from '#schema/quantity.ts';

/** Core resources that quotas also count under their bare names. */
export const bareNames: ReadonlySet<string> = new Set([
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
  if (isClaims(resource)) return { ...count, ...claimUsage(object as PersistentVolumeClaim) };
  return isServices(resource) ? { ...count, ...serviceUsage(object as Service) } : count;
}

export function isClaims({ group, plural }: ResourceName): boolean {
  return group === '' && plural === 'persistentvolumeclaims';
}

function isServices({ group, plural }: ResourceName): boolean {
  return group === '' && plural === 'services';
}

/** A port on every node is counted as soon as it is wished for: it is given out only later. */
function serviceUsage({ spec }: Service): ResourceList {
  const { ports = [], type, allocateLoadBalancerNodePorts } = spec;
  const isBalanced = type === 'LoadBalancer';
  const chosen = ports.filter(({ nodePort = 0 }) => nodePort !== 0);
  const everywhere = isBalanced && allocateLoadBalancerNodePorts === false ? chosen : ports;
  return {
    'services.loadbalancers': isBalanced ? '1' : '0',
    'services.nodeports': isBalanced || type === 'NodePort' ? String(everywhere.length) : '0',
  };
}

/** Storage is counted whole and for its class. While a volume is made larger, the larger size counts. */
function claimUsage({ spec, status, metadata }: PersistentVolumeClaim): ResourceList {
  const asked = spec.resources.requests?.storage;
  const allocated = status.allocatedResources?.storage ?? '0';
  const larger = asked === undefined || compareQuantities(asked, allocated) >= 0 ? asked : allocated;
  const storage = larger === undefined ? undefined : wholeBytes(larger);
  const className = claimClassOf({ metadata, spec });
  const ofClass = className ? `${className}.storageclass.storage.k8s.io/` : undefined;
  return {
    ...(storage === undefined ? {} : { 'requests.storage': storage }),
    ...(ofClass === undefined ? {} : { [`${ofClass}persistentvolumeclaims`]: '1' }),
    ...(ofClass === undefined || storage === undefined ? {} : { [`${ofClass}requests.storage`]: storage }),
  };
}

/** A quota counts no parts of bytes. */
function wholeBytes(amount: string): string {
  if (quantityMilliValue(amount) % 1000 === 0) return amount;
  return formatQuantity(roundUp(parseQuantity(amount), 0));
}

/** What the number of objects is called: "count/configmaps", "count/jobs.batch". */
export function countName({ group, plural }: ResourceName): string {
  return `count/${plural}${group === '' ? '' : `.${group}`}`;
}

/** "count/configmaps" and "configmaps", "count/jobs.batch". */
function countUsage(resource: ResourceName): ResourceList {
  const { group, plural } = resource;
  const count = { [countName(resource)]: '1' };
  return group === '' && bareNames.has(plural) ? { ...count, [plural]: '1' } : count;
}

/** A pod that has ended, or that its node should have ended long ago, takes nothing but its place in the store. */
function podUsage(pod: Pod, now: Millis): ResourceList {
  const count = { 'count/pods': '1' };
  if (!isCharged(pod, now)) return count;
  const spec = specInPlace(pod);
  return { ...count, pods: '1', ...amountUsage(podAmounts(spec, 'requests'), podAmounts(spec, 'limits')) };
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

/** What `now` takes more than `before`; what it takes less of is left out. */
export function growth(now: ResourceList, before: ResourceList): ResourceList {
  const grown = Object.entries(now).flatMap(([resource, amount]): readonly [string, string][] => {
    const former = before[resource] ?? '0';
    return compareQuantities(amount, former) > 0 ? [[resource, subtractQuantities(amount, former)]] : [];
  });
  return Object.fromEntries(grown);
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
