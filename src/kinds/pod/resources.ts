import { addQuantities, compareQuantities } from '#kinds/meta/quantity.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

export type ResourceList = { readonly [resource: string]: string };

/** Whether a resource may be set for a pod as a whole. */
export function podLevelResources(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory' || isHugePages(resource);
}

/** Whether an init container keeps running beside the regular ones. */
export function isSidecar(container: Pick<Container, 'restartPolicy'>): boolean {
  return container.restartPolicy === 'Always';
}

type Requesting = Pick<PodSpec, 'containers' | 'initContainers'>;

/** What the containers of a pod ask for together: the regular ones and sidecars at once, or the largest moment of the
 *  init containers, which run one after the other beside the sidecars started before them. */
export function containerRequests(spec: Requesting): ResourceList {
  return containerAmounts(spec, 'requests');
}

/** As `containerRequests`, of what they may use at most. */
export function containerLimits(spec: Requesting): ResourceList {
  return containerAmounts(spec, 'limits');
}

/** Whether a resource comes in pages of memory of one size. */
export function isHugePages(resource: string): boolean {
  return resource.startsWith('hugepages-');
}

/** What a pod asks for or is limited to as a whole: what it says itself, or else what its containers say together; and
 *  what running it takes beside them. */
export function podAmounts(spec: PodSpec, side: 'requests' | 'limits'): ResourceList {
  const own = { ...containerAmounts(spec, side), ...spec.resources?.[side] };
  const overhead = Object.entries(spec.overhead ?? {}).filter(
    ([name]) => side === 'requests' || own[name] !== undefined,
  );
  return sumOf([own, Object.fromEntries(overhead)]);
}

function containerAmounts(spec: Requesting, side: 'requests' | 'limits'): ResourceList {
  let together = sumOf(spec.containers.map((container) => container.resources[side]));
  let sidecars: ResourceList = {};
  let largest: ResourceList = {};
  for (const container of spec.initContainers ?? []) {
    const own = container.resources[side] ?? {};
    if (isSidecar(container)) {
      sidecars = sumOf([sidecars, own]);
      together = sumOf([together, own]);
      largest = maxOf(largest, sidecars);
    } else {
      largest = maxOf(largest, sumOf([sidecars, own]));
    }
  }
  return maxOf(together, largest);
}

function sumOf(lists: readonly (ResourceList | undefined)[]): ResourceList {
  const sum: { [resource: string]: string } = {};
  for (const list of lists) {
    for (const [resource, amount] of Object.entries(list ?? {})) {
      const before = sum[resource];
      sum[resource] = before === undefined ? amount : addQuantities(before, amount);
    }
  }
  return sum;
}

function maxOf(a: ResourceList, b: ResourceList): ResourceList {
  const max: { [resource: string]: string } = { ...a };
  for (const [resource, amount] of Object.entries(b)) {
    const before = max[resource];
    if (before === undefined || compareQuantities(amount, before) > 0) max[resource] = amount;
  }
  return max;
}
