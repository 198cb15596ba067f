import { addQuantities, compareQuantities } from '#kinds/meta/quantity.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';

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

/** The spec of a pod with what its containers have to be given at the moment: while one is resized, what it still has
 *  counts as well as what it is to have, whichever is more; a size that its node can never give does not count. */
export function specInPlace({ spec, status }: Pick<Pod, 'spec' | 'status'>): PodSpec {
  const { conditions = [], containerStatuses = [], initContainerStatuses = [] } = status;
  const told = [...initContainerStatuses, ...containerStatuses].filter(({ resources }) => resources !== undefined);
  if (told.length === 0) return spec;
  const states = new Map(told.map((state) => [state.name, state]));
  const isHopeless = conditions.find(({ type }) => type === 'PodResizePending')?.reason === 'Infeasible';
  const inPlace = (container: Container) => {
    const state = states.get(container.name);
    return state === undefined ? container : containerInPlace(container, state, isHopeless);
  };
  return {
    ...spec,
    containers: spec.containers.map(inPlace),
    ...(spec.initContainers && {
      initContainers: spec.initContainers.map((container) => (isSidecar(container) ? inPlace(container) : container)),
    }),
  };
}

function containerInPlace(container: Container, state: ContainerStatus, isHopeless: boolean): Container {
  const { requests = {}, limits = {} } = isHopeless ? {} : container.resources;
  const { resources: given, allocatedResources: setAside = {} } = state;
  return {
    ...container,
    resources: {
      ...container.resources,
      requests: maxOf(maxOf(requests, given?.requests ?? {}), setAside),
      limits: maxOf(limits, given?.limits ?? {}),
    },
  };
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
