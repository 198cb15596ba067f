import { compareQuantities } from '#kinds/meta/quantity.ts';
import type { ResourceRequirements } from '#kinds/pod/schema/container.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const counted = ['cpu', 'memory'] as const;

/** The quality-of-service class of a pod: which of its neighbours the node sacrifices first (spec: node-agent.md section 22).
 *  Resources of the pod as a whole take the place of its containers'. */
export function podQos(spec: Pick<PodSpec, 'containers' | 'initContainers' | 'resources'>): QosClass {
  const parts =
    spec.resources === undefined
      ? [...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.resources)
      : [spec.resources];
  if (!parts.some(asksForAnything)) return 'BestEffort';
  return parts.every(asksForAllItMayUse) ? 'Guaranteed' : 'Burstable';
}

function asksForAnything(resources: ResourceRequirements): boolean {
  return counted.some(
    (resource) => isPositive(resources.requests?.[resource]) || isPositive(resources.limits?.[resource]),
  );
}

function asksForAllItMayUse(resources: ResourceRequirements): boolean {
  return counted.every((resource) => {
    const limit = resources.limits?.[resource];
    const request = resources.requests?.[resource] ?? limit;
    return limit !== undefined && request !== undefined && isPositive(limit) && compareQuantities(limit, request) === 0;
  });
}

function isPositive(amount: string | undefined): boolean {
  return amount !== undefined && compareQuantities(amount, '0') > 0;
}
