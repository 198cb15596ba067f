import type { Millis } from '#base/units.ts';
import { revisionHashLabel, templateGenerationAnnotation, templateGenerationLabel } from '#kinds/daemon-set/labels.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** What the DaemonSet controller reads off a pod (spec: daemonset.md sections 7, 10.6 and 11). */

export function isBeingDeleted(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

/** Ended and asked to go: nothing stands in the way of a successor. */
export function isLeaving(pod: Pod): boolean {
  return isBeingDeleted(pod) && isTerminalPhase(pod.status.phase);
}

/** When the pod will have been ready for so long; undefined while it is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): Millis | undefined {
  const ready = findCondition(pod.status.conditions, 'Ready');
  if (ready?.status !== 'True') return undefined;
  if (minReadySeconds === 0) return 0;
  const since = ready.lastTransitionTime;
  return since ? Date.parse(since) + minReadySeconds * 1000 : undefined;
}

/** Whether the pod has been ready for `minReadySeconds` at `now` (API field: DaemonSetSpec.minReadySeconds). */
export function isAvailable(pod: Pod, minReadySeconds: number, now: Millis): boolean {
  const at = availableAt(pod, minReadySeconds);
  return at !== undefined && at <= now;
}

/** The hash of the template that the pod was made from, or undefined for a pod of somebody else. */
export function hashOf(pod: Pod): string | undefined {
  return pod.metadata.labels?.[revisionHashLabel];
}

/** The template generation of a DaemonSet, as pods carry it. */
export function templateGenerationOf(daemonSet: DaemonSet): string | undefined {
  const text = daemonSet.metadata.annotations?.[templateGenerationAnnotation];
  return text !== undefined && /^-?[0-9]+$/.test(text) ? text : undefined;
}

/** The template that counts as today's. */
export interface Newest {
  readonly hash: string;
  readonly generation: string | undefined;
}

/** Whether the pod is of the newest template: by either of the two marks. */
export function isUpdated(pod: Pod, { hash, generation }: Newest): boolean {
  if (hashOf(pod) === hash) return true;
  return generation !== undefined && pod.metadata.labels?.[templateGenerationLabel] === generation;
}

const nameField = 'metadata.name';

/** The node that the pod is bound to, or made for; undefined if it names none, or several. */
export function targetNodeOf({ spec }: Pod): string | undefined {
  if (spec.nodeName) return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values = [] } of term.matchFields ?? []) {
      if (key === nameField && operator === 'In') return values.length === 1 ? values[0] : undefined;
    }
  }
  return undefined;
}

/** Orders pods of one node by their right to stay: bound ones first, then the oldest, then by name. */
export function bySeniority(a: Pod, b: Pod): number {
  const bound = Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName));
  if (bound !== 0) return bound;
  const age = compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp);
  return age !== 0 ? age : compare(a.metadata.name, b.metadata.name);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
