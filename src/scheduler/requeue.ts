import { jsonEqual } from '#base/json.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import type { Node } from '#kinds/node/schema.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { demandOf } from '#placement/demand.ts';
import { checkNode, checkRoom } from '#placement/node-checks.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { claimDemandOf, type StorageView } from '#placement/pod-claims.ts';
import type { Rule } from '#placement/refusal.ts';

/** A change that may give refused pods a place (spec: nodes-and-scheduling.md section 7.2). */
export type Change =
  /** A node came, or something that placement looks at changed on it. */
  | { readonly what: 'node'; readonly load: NodeLoad }
  | { readonly what: 'node-removed' }
  /** A pod stopped counting on its node, or counts for less. */
  | { readonly what: 'pod-removed'; readonly load: NodeLoad }
  /** A pod began to count on a node, or got other labels there. */
  | { readonly what: 'pod-placed' }
  /** A claim, a volume or a class came or changed. */
  | { readonly what: 'storage'; readonly view: StorageView };

/** Whether a pod that `rules` refused may now find a place. For rules about single nodes the answer is exact. */
export function mayHelp(change: Change, pod: Pod, rules: ReadonlySet<Rule>): boolean {
  // Without rules there was no node at all, or the search went wrong.
  if (rules.size === 0) return change.what === 'node';
  const aboutPods = rules.has('InterPodAffinity') || rules.has('PodTopologySpread');
  switch (change.what) {
    case 'node-removed':
      return rules.has('PodTopologySpread');
    case 'storage':
      return rules.has('VolumeBinding') && claimsDiffer(pod, change.view);
    case 'pod-placed':
      return aboutPods;
    case 'node':
    case 'pod-removed':
      return aboutPods || fitsAlone(pod, change.load);
  }
}

/** Whether what is said of the pod's claims is no longer true. */
function claimsDiffer(pod: Pod, view: StorageView): boolean {
  const claims = claimDemandOf(pod, view);
  if (!('refusal' in claims)) return true;
  return findCondition(pod.status.conditions, 'PodScheduled')?.message?.includes(claims.refusal) !== true;
}

function fitsAlone(pod: Pod, load: NodeLoad): boolean {
  const demand = demandOf(pod);
  return load.node !== undefined && checkNode(demand, load.node) === undefined && checkRoom(demand, load) === undefined;
}

/** Whether placement may see a difference between two versions of a node: heartbeats are none. */
export function nodeDiffers(a: Node, b: Node): boolean {
  return (
    a.spec.unschedulable !== b.spec.unschedulable ||
    !jsonEqual(a.spec.taints, b.spec.taints) ||
    !jsonEqual(a.metadata.labels, b.metadata.labels) ||
    !jsonEqual(a.status.allocatable, b.status.allocatable)
  );
}

/** Whether the pod asks for less of some resource than it did before. */
export function asksLess(pod: Pod, old: Pod): boolean {
  if (pod.metadata.generation === old.metadata.generation) return false;
  const { requests } = demandOf(pod);
  for (const [resource, amount] of demandOf(old).requests) if ((requests.get(resource) ?? 0) < amount) return true;
  return false;
}

/** Whether the pod occupies a node. */
export function isPlaced(pod: Pod): boolean {
  return (pod.spec.nodeName ?? '') !== '' && !isTerminalPhase(pod.status.phase);
}

/** Whether the pod is one that the scheduler called `name` has to find a node for. */
export function isWaiting(pod: Pod, name: string): boolean {
  return (pod.spec.nodeName ?? '') === '' && !isTerminalPhase(pod.status.phase) && pod.spec.schedulerName === name;
}
