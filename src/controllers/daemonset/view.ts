import type { Millis } from '#base/units.ts';
import type { Placement, Verdict } from '#controllers/daemonset/placement.ts';
import { bySeniority, isLeaving, type Newest, targetNodeOf } from '#controllers/daemonset/pod-facts.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** One node as a DaemonSet sees it. */
export interface NodeView {
  readonly name: string;
  /** Undefined for a node that does not exist. */
  readonly verdict: Verdict | undefined;
  /** Pods on it or made for it, the most senior first; without those that have ended and are about to go. */
  readonly pods: readonly Pod[];
}

/** All that is decided upon. */
export interface View {
  readonly daemonSet: DaemonSet;
  readonly newest: Newest;
  readonly nodes: readonly NodeView[];
  readonly minReadySeconds: number;
  readonly now: Millis;
}

export interface Observed {
  readonly daemonSet: DaemonSet;
  readonly newest: Newest;
  readonly nodes: readonly Node[];
  /** The DaemonSet's own. */
  readonly pods: readonly Pod[];
  readonly placement: Placement;
  readonly now: Millis;
}

/** Brings nodes and pods together; costs one look at each. Pods that are for no node in particular do not appear. */
export function viewOf({ daemonSet, newest, nodes, pods, placement, now }: Observed): View {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (isLeaving(pod)) continue;
    const name = targetNodeOf(pod);
    if (name === undefined) continue;
    const there = byNode.get(name);
    if (there === undefined) byNode.set(name, [pod]);
    else there.push(pod);
  }
  for (const there of byNode.values()) if (there.length > 1) there.sort(bySeniority);
  const views: NodeView[] = [];
  for (const node of nodes) {
    const { name } = node.metadata;
    views.push({ name, verdict: placement(node), pods: byNode.get(name) ?? none });
    byNode.delete(name);
  }
  for (const [name, left] of byNode) views.push({ name, verdict: undefined, pods: left });
  return { daemonSet, newest, nodes: views, minReadySeconds: daemonSet.spec.minReadySeconds ?? 0, now };
}

const none: readonly Pod[] = [];
