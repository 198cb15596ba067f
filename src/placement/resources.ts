import { addQuantities, quantityMilliValue, quantityValue } from '#kinds/meta/quantity.ts';
import { containerRequests, podLevelResources, type ResourceList } from '#kinds/pod/resources.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

/** Amounts by resource, as whole numbers: cpu in thousandths, all others in their own unit. */
export type Amounts = ReadonlyMap<string, number>;

/** What a pod occupies on its node (spec: nodes-and-scheduling.md section 7.4, "Resources"). */
export function podRequests(spec: PodSpec): ResourceList {
  const requests: { [resource: string]: string } = { ...containerRequests(spec) };
  for (const [resource, amount] of Object.entries(spec.resources?.requests ?? {})) {
    if (podLevelResources(resource)) requests[resource] = amount;
  }
  for (const [resource, amount] of Object.entries(spec.overhead ?? {})) {
    const before = requests[resource];
    requests[resource] = before === undefined ? amount : addQuantities(before, amount);
  }
  return requests;
}

/** Quantities as numbers to count with: cpu in thousandths, everything else in its own unit, rounded up. */
export function amountsOf(resources: ResourceList | undefined): Amounts {
  const amounts = new Map<string, number>();
  for (const resource in resources) {
    const text = resources[resource] ?? '0';
    amounts.set(resource, resource === 'cpu' ? quantityMilliValue(text) : quantityValue(text));
  }
  return amounts;
}

const cpuAssumed = 100;
const memoryAssumed = 200 * 1024 * 1024;

/** What a pod counts for when nodes are compared: containers that ask for nothing still need something. */
export function scoredRequests(spec: PodSpec, requests: Amounts): { readonly cpu: number; readonly memory: number } {
  let cpu = 0;
  let memory = 0;
  for (const { resources } of spec.containers) {
    const { cpu: asked, memory: askedMemory } = resources.requests ?? {};
    cpu += asked === undefined ? cpuAssumed : quantityMilliValue(asked);
    memory += askedMemory === undefined ? memoryAssumed : quantityValue(askedMemory);
  }
  return { cpu: Math.max(cpu, requests.get('cpu') ?? 0), memory: Math.max(memory, requests.get('memory') ?? 0) };
}
