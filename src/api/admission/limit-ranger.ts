import { limitRanges } from '#kinds/limit-range/limit-range.ts';
import type { LimitRangeItem } from '#kinds/limit-range/schema.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { compareQuantities, quantityMilliValue } from '#kinds/meta/quantity.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { podAmounts, type ResourceList } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin } from './chain.ts';
import { isClaims } from './claims.ts';
import { asPod, createsPod, type PodDraft, resizesPod } from './pods.ts';

const annotation = 'kubernetes.io/limit-ranger';

/** Gives containers the requests and limits that their namespace has as defaults, and refuses pods and claims that ask for too little or too
 *  much (spec: api.md section 18). */
export function limitRanger(objects: ObjectStore): AdmissionPlugin {
  const limitsIn = (namespace: string | undefined): readonly (readonly LimitRangeItem[])[] =>
    objects.all(limitRanges, namespace).map(({ spec }) => spec.limits ?? []);
  return {
    name: 'LimitRanger',
    handles: (resource, subresource, operation) =>
      createsPod(resource, subresource, operation) ||
      resizesPod(resource, subresource, operation) ||
      (operation !== 'DELETE' && subresource === undefined && isClaims(resource)),
    admit: (draft, { namespace, resource, old }) => {
      if (isClaims(resource) || isGoing(old)) return;
      for (const limits of limitsIn(namespace)) fillIn(asPod(draft), limits);
    },
    validate: (object, { namespace, name, resource, old }) => {
      if (isGoing(old)) return;
      const violate = isClaims(resource)
        ? (item: LimitRangeItem) => claimViolations(object as PersistentVolumeClaim, item)
        : (item: LimitRangeItem) => violations(object as Pod, item);
      for (const limits of limitsIn(namespace)) {
        const texts = [...new Set(limits.flatMap(violate))];
        if (texts.length === 0) continue;
        throw apiErrors.forbidden(resource, name, texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`);
      }
    },
  };
}

/** What is to be deleted is left alone. */
function isGoing(old: KubeObject | undefined): boolean {
  return old?.metadata.deletionTimestamp !== undefined;
}

type ContainerDraft = PodDraft['spec']['containers'][number];

function fillIn({ metadata, spec }: PodDraft, limits: readonly LimitRangeItem[]): void {
  const containers = limits.filter(({ type }) => type === 'Container');
  const defaults = {
    requests: Object.assign({}, ...containers.map((item) => item.defaultRequest ?? {})) as ResourceList,
    limits: Object.assign({}, ...containers.map((item) => item.default ?? {})) as ResourceList,
  };
  const notes = [
    ...spec.containers.flatMap((container) => complete(container, defaults, 'container')),
    ...(spec.initContainers ?? []).flatMap((container) => complete(container, defaults, 'init container')),
  ];
  if (notes.length === 0) return;
  metadata.annotations = { ...metadata.annotations, [annotation]: `LimitRanger plugin set: ${notes.join('; ')}` };
}

/** Adds what a container lacks, and says what that was. */
function complete(
  container: ContainerDraft,
  defaults: { readonly requests: ResourceList; readonly limits: ResourceList },
  what: string,
): readonly string[] {
  return (['requests', 'limits'] as const).flatMap((side) => {
    const given = container.resources[side] ?? {};
    const missing = Object.keys(defaults[side])
      .filter((resource) => given[resource] === undefined)
      .toSorted();
    if (missing.length === 0) return [];
    container.resources[side] = { ...defaults[side], ...given };
    return [`${missing.join(', ')} ${side === 'requests' ? 'request' : 'limit'} for ${what} ${container.name}`];
  });
}

/** What of a pod goes against one limit, as texts. */
function violations({ spec }: Pod, item: LimitRangeItem): readonly string[] {
  if (item.type === 'Container') {
    const containers = [...spec.containers, ...(spec.initContainers ?? [])];
    return containers.flatMap(({ resources }) => outOfBounds(item, resources.requests ?? {}, resources.limits ?? {}));
  }
  if (item.type !== 'Pod') return [];
  return outOfBounds(item, wholeAmounts(spec, 'requests'), wholeAmounts(spec, 'limits'));
}

/** What the containers ask for or are limited to together; processor and memory as the pod says, where it says so. What running it
 *  takes beside them does not count here. */
function wholeAmounts(spec: Pod['spec'], side: 'requests' | 'limits'): ResourceList {
  const { overhead: _overhead, resources, ...rest } = spec;
  const own = Object.entries(resources?.[side] ?? {}).filter(([name]) => name === 'cpu' || name === 'memory');
  return podAmounts({ ...rest, resources: { [side]: Object.fromEntries(own) } }, side);
}

/** As `violations`, for a claim: only what it requests counts. */
function claimViolations({ spec }: PersistentVolumeClaim, item: LimitRangeItem): readonly string[] {
  if (item.type !== 'PersistentVolumeClaim') return [];
  const { requests = {} } = spec.resources;
  return [...each(item, item.min, minimum, requests, {}), ...each(item, item.max, maximumRequest, requests, {})];
}

function outOfBounds(item: LimitRangeItem, requests: ResourceList, limits: ResourceList): readonly string[] {
  return [
    ...each(item, item.min, minimum, requests, limits),
    ...each(item, item.max, maximum, requests, limits),
    ...each(item, item.maxLimitRequestRatio, ratio, requests, limits),
  ];
}

/** Holds one check against every resource that is bounded, in the order of their names. */
function each(
  { type }: LimitRangeItem,
  bounds: ResourceList | undefined,
  check: Check,
  requests: ResourceList,
  limits: ResourceList,
): readonly string[] {
  return Object.entries(bounds ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([resource, bound]) => check(type, resource, bound, requests[resource], limits[resource]) ?? []);
}

/** What is wrong with what is asked for of one resource, if anything. */
type Check = (
  type: string,
  resource: string,
  bound: string,
  request: string | undefined,
  limit: string | undefined,
) => string | undefined;

const minimum: Check = (type, resource, bound, request, limit) => {
  const text = `minimum ${resource} usage per ${type} is ${bound}`;
  if (request === undefined) return `${text}.  No request is specified`;
  if (compareQuantities(request, bound) < 0) return `${text}, but request is ${request}`;
  return limit !== undefined && compareQuantities(limit, bound) < 0 ? `${text}, but limit is ${limit}` : undefined;
};

const maximum: Check = (type, resource, bound, request, limit) => {
  const text = `maximum ${resource} usage per ${type} is ${bound}`;
  if (limit === undefined) return `${text}.  No limit is specified`;
  if (compareQuantities(limit, bound) > 0) return `${text}, but limit is ${limit}`;
  const isOver = request !== undefined && compareQuantities(request, bound) > 0;
  return isOver ? `${text}, but request is ${request}` : undefined;
};

const maximumRequest: Check = (type, resource, bound, request) => {
  const text = `maximum ${resource} usage per ${type} is ${bound}`;
  if (request === undefined) return `${text}.  No request is specified`;
  return compareQuantities(request, bound) > 0 ? `${text}, but request is ${request}` : undefined;
};

const ratio: Check = (type, resource, bound, request, limit) => {
  const text = `${resource} max limit to request ratio per ${type} is ${bound}, but`;
  const [asked, allowed] = [quantityMilliValue(request ?? '0'), quantityMilliValue(limit ?? '0')];
  if (asked === 0) return `${text} no request is specified or request is 0`;
  if (allowed === 0) return `${text} no limit is specified or limit is 0`;
  const found = allowed / asked;
  return found * 1000 > quantityMilliValue(bound) ? `${text} provided ratio is ${found.toFixed(6)}` : undefined;
};
