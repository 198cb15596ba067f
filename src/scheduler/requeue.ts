import { jsonEqual } from '#base/json.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import type { Node } from '#kinds/node/schema.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { type Demand, demandOf } from '#placement/demand.ts';
import { checkAffinity, checkNode, checkTaints, checkUnschedulable } from '#placement/node-checks.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { claimDemandOf, type StorageView } from '#placement/pod-claims.ts';
import type { Rule } from '#placement/refusal.ts';
import { amountsOf } from '#placement/resources.ts';

/** A change that may give refused pods a place (spec: nodes-and-scheduling.md section 7.2). */
export type Change =
  /** A node came, or something that placement looks at changed on it; `before` is what it was. */
  | { readonly what: 'node'; readonly load: NodeLoad; readonly before: Node | undefined }
  | { readonly what: 'node-removed' }
  /** A pod stopped counting on its node, or counts for less. */
  | { readonly what: 'pod-removed'; readonly load: NodeLoad }
  /** A pod began to count on a node, or got other labels there. */
  | { readonly what: 'pod-placed' }
  /** A claim, a volume or a class came or changed. */
  | { readonly what: 'storage'; readonly view: StorageView };

/** Whether a pod that `rules` refused is worth another try: one of them may no longer hold. The others may refuse it again,
 *  and then say so. */
export function mayHelp(change: Change, pod: Pod, rules: ReadonlySet<Rule>): boolean {
  // Without rules there was no node at all, or the search went wrong.
  if (rules.size === 0) return change.what === 'node';
  for (const rule of rules) if (mayCure(rule, change, pod)) return true;
  return false;
}

function mayCure(rule: Rule, change: Change, pod: Pod): boolean {
  switch (rule) {
    case 'NodeUnschedulable':
      return passesNow(change, demandOf(pod), checkUnschedulable);
    case 'TaintToleration':
      return passesNow(change, demandOf(pod), checkTaints);
    case 'NodeAffinity':
      return passesNow(change, demandOf(pod), checkAffinity);
    case 'NodeName':
      return isNewNode(change);
    case 'NodePorts':
      return isCandidate(change, pod) && (change.what === 'pod-removed' || becameCandidate(change, pod));
    case 'NodeResourcesFit':
      return makesRoom(change, pod);
    case 'VolumeRestrictions':
      return change.what === 'pod-removed' || change.what === 'storage';
    case 'VolumeZone':
      return change.what === 'storage' || isNewNode(change) || isRelabelled(change);
    case 'VolumeBinding':
      return change.what === 'storage' ? claimsDiffer(pod, change.view) : isNewNode(change) || isRelabelled(change);
    case 'InterPodAffinity':
      return change.what !== 'storage' && change.what !== 'node-removed';
    case 'PodTopologySpread':
      return change.what !== 'storage';
  }
}

function isNewNode(change: Change): boolean {
  return change.what === 'node' && change.before === undefined;
}

function isRelabelled(change: Change): boolean {
  if (change.what !== 'node' || change.before === undefined) return false;
  return !jsonEqual(change.before.metadata.labels, change.load.node?.metadata.labels);
}

/** Whether the node passes, and is new or did not before. One that the pod does not ask for is none of its business; that it
 *  asks for it now is news as well. */
function passesNow(change: Change, demand: Demand, check: (demand: Demand, node: Node) => unknown): boolean {
  if (change.what !== 'node') return false;
  const { load, before } = change;
  const passes = (node: Node | undefined): boolean =>
    node !== undefined && checkAffinity(demand, node) === undefined && check(demand, node) === undefined;
  return passes(load.node) && !passes(before);
}

/** Whether only what is free on the node can keep the pod from it. */
function isCandidate(change: Change, pod: Pod): boolean {
  if (change.what !== 'node' && change.what !== 'pod-removed') return false;
  return change.load.node !== undefined && checkNode(demandOf(pod), change.load.node) === undefined;
}

/** Whether it is so since this change only. What became free on the node before was no news then. */
function becameCandidate(change: Change, pod: Pod): boolean {
  if (change.what !== 'node' || !isCandidate(change, pod)) return false;
  return change.before === undefined || checkNode(demandOf(pod), change.before) !== undefined;
}

/** Whether the pod fits on the node when it is empty, and there is more room on it than before. */
function makesRoom(change: Change, pod: Pod): boolean {
  if ((change.what !== 'node' && change.what !== 'pod-removed') || !isCandidate(change, pod)) return false;
  const { load } = change;
  const requests = [...demandOf(pod).requests];
  if (requests.some(([resource, amount]) => amount > load.allocatable(resource))) return false;
  if (change.what === 'pod-removed' || change.before === undefined || becameCandidate(change, pod)) return true;
  const before = amountsOf(change.before.status.allocatable);
  const wanted = ['pods', ...requests.map(([resource]) => resource)];
  return wanted.some((resource) => load.allocatable(resource) > (before.get(resource) ?? 0));
}

/** Whether what is said of the pod's claims is no longer true. */
function claimsDiffer(pod: Pod, view: StorageView): boolean {
  const claims = claimDemandOf(pod, view);
  if (!('refusal' in claims)) return true;
  return findCondition(pod.status.conditions, 'PodScheduled')?.message?.includes(claims.refusal) !== true;
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
