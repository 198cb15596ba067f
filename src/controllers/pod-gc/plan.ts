import type { Millis } from '#base/units.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { keyOf } from '#kinds/meta/object.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** More finished pods than this are too many. */
export const terminatedPodsMax = 12_500;
/** How long a node must have been missing before its pods are given up. */
export const quarantineMs: Millis = 40_000;

export type Cause = 'terminated' | 'orphaned' | 'out-of-service' | 'unscheduled';

export interface Collectable {
  readonly pod: Pod;
  readonly cause: Cause;
}

export interface PodGcInput {
  readonly pods: readonly Pod[];
  readonly nodes: ReadonlyMap<string, Node>;
  /** Since when each missing node has been missing. */
  readonly missingSince: ReadonlyMap<string, Millis>;
  readonly now: Millis;
}

const outOfServiceTaint = 'node.kubernetes.io/out-of-service';

/** Pods that nobody else will ever remove (spec: nodes-and-scheduling.md section 5). */
export function planPodGc(input: PodGcInput): readonly Collectable[] {
  const found = new Map<string, Collectable>();
  const collect = (pod: Pod, cause: Cause): void => {
    const key = keyOf(pod.metadata);
    if (!found.has(key)) found.set(key, { pod, cause });
  };
  for (const pod of surplus(input.pods)) collect(pod, 'terminated');
  for (const pod of input.pods) {
    const { nodeName } = pod.spec;
    const isDeleting = pod.metadata.deletionTimestamp !== undefined;
    if (nodeName === undefined) {
      if (isDeleting) collect(pod, 'unscheduled');
      continue;
    }
    const node = input.nodes.get(nodeName);
    const missingSince = input.missingSince.get(nodeName);
    if (node === undefined && missingSince !== undefined && input.now - missingSince >= quarantineMs)
      collect(pod, 'orphaned');
    if (node !== undefined && isDeleting && isOutOfService(node)) collect(pod, 'out-of-service');
  }
  return [...found.values()];
}

/** The finished pods above the limit: evicted ones first, then the oldest. */
function surplus(pods: readonly Pod[]): readonly Pod[] {
  const finished = pods.filter(({ status }) => status.phase === 'Succeeded' || status.phase === 'Failed');
  const count = finished.length - terminatedPodsMax;
  if (count <= 0) return [];
  return finished.toSorted((a, b) => evictedFirst(a, b) || byAge(a, b)).slice(0, count);
}

function evictedFirst(a: Pod, b: Pod): number {
  return Number(isEvicted(b)) - Number(isEvicted(a));
}

function isEvicted({ status }: Pod): boolean {
  return status.phase === 'Failed' && status.reason === 'Evicted';
}

/** Times are whole seconds: names decide between pods of one second. */
function byAge({ metadata: a }: Pod, { metadata: b }: Pod): number {
  if (a.creationTimestamp !== b.creationTimestamp) return a.creationTimestamp < b.creationTimestamp ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

function isOutOfService(node: Node): boolean {
  const isMarked = (node.spec.taints ?? []).some(({ key }) => key === outOfServiceTaint);
  return isMarked && !isConditionTrue(node.status.conditions, 'Ready');
}
