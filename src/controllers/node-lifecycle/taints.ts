import type { Millis } from '#base/units.ts';
import { findCondition, isConditionTrue } from '#kinds/meta/conditions.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { Node, Taint } from '#kinds/node/schema.ts';

export const notReadyTaint = 'node.kubernetes.io/not-ready';
export const unreachableTaint = 'node.kubernetes.io/unreachable';

const pressureTaints: readonly (readonly [string, string])[] = [
  ['MemoryPressure', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'node.kubernetes.io/disk-pressure'],
  ['PIDPressure', 'node.kubernetes.io/pid-pressure'],
  ['NetworkUnavailable', 'node.kubernetes.io/network-unavailable'],
];
const unschedulableTaint = 'node.kubernetes.io/unschedulable';

const managedKeys = [notReadyTaint, unreachableTaint, unschedulableTaint, ...pressureTaints.map(([, key]) => key)];

/** The taint key that the Ready condition asks for, if any: a node that has not said anything yet gets none. */
export function readinessTaint(node: Node): string | undefined {
  switch (findCondition(node.status.conditions, 'Ready')?.status) {
    case 'False':
      return notReadyTaint;
    case 'Unknown':
      return unreachableTaint;
    default:
      return undefined;
  }
}

/** The node's taints once those that follow from its conditions and its cordon are right; the same list when they are.
 *  NoSchedule always follows at once. NoExecute, which drives pods away, goes at once too when the node is well again, and
 *  changes its key with the condition; it is added only when `evict` says so. While a node has said nothing that one is left
 *  alone (spec: nodes-and-scheduling.md section 3.2). */
export function plannedTaints(node: Node, evict: boolean, now: Millis): readonly Taint[] {
  const before = node.spec.taints ?? [];
  const wanted = wantedNoSchedule(node);
  const ready = readinessTaint(node);
  const hadNoExecute = before.some(isReadinessNoExecute);
  const wantsNoExecute = ready !== undefined && (evict || hadNoExecute);
  const isMute = findCondition(node.status.conditions, 'Ready') === undefined;
  const kept = before.filter((taint) => {
    if (isReadinessNoExecute(taint)) return isMute || (wantsNoExecute && taint.key === ready);
    return taint.effect !== 'NoSchedule' || !managedKeys.includes(taint.key) || wanted.includes(taint.key);
  });
  const timeAdded = timestamp(now);
  const added = wanted
    .filter((key) => !kept.some((taint) => taint.key === key && taint.effect === 'NoSchedule'))
    .map((key): Taint => ({ key, effect: 'NoSchedule', timeAdded }));
  if (wantsNoExecute && !kept.some(isReadinessNoExecute)) added.push({ key: ready, effect: 'NoExecute', timeAdded });
  return added.length === 0 && kept.length === before.length ? before : [...kept, ...added];
}

/** `plannedTaints` for a node that must not drive pods away, whatever its state: every zone is down, so it may be us. */
export function withoutEviction(node: Node): readonly Taint[] {
  const before = node.spec.taints ?? [];
  const kept = before.filter((taint) => !isReadinessNoExecute(taint));
  return kept.length === before.length ? before : kept;
}

/** Whether the taint is the controller's own, for a node that does not report or is not ready. */
export function isReadinessNoExecute(taint: Taint): boolean {
  return taint.effect === 'NoExecute' && (taint.key === notReadyTaint || taint.key === unreachableTaint);
}

function wantedNoSchedule(node: Node): readonly string[] {
  const ready = readinessTaint(node);
  return [
    ...(ready === undefined ? [] : [ready]),
    ...pressureTaints.filter(([type]) => isConditionTrue(node.status.conditions, type)).map(([, key]) => key),
    ...(node.spec.unschedulable === true ? [unschedulableTaint] : []),
  ];
}
