import { isAvailable, isBeingDeleted, isUpdated } from '#controllers/daemonset/pod-facts.ts';
import { paceOf } from '#controllers/daemonset/update-pace.ts';
import type { NodeView, View } from '#controllers/daemonset/view.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** One step of a rollout. */
export interface RollingPlan {
  /** Names of nodes that get a new pod beside their old one. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

/** What a node has, apart from pods that are being deleted. */
interface Pair {
  readonly node: NodeView;
  readonly old: Pod | undefined;
  readonly fresh: Pod | undefined;
  /** More than one of a sort: to be put in order first. */
  readonly crowded: boolean;
}

interface Candidate {
  readonly pod: Pod;
  readonly nodeName: string;
}

/** The next step towards the newest template, within the limits set (spec: daemonset.md section 11). */
export function planRollingUpdate(view: View): RollingPlan {
  const desired = view.nodes.filter(({ verdict }) => verdict?.shouldRun === true).length;
  const { maxUnavailable, maxSurge } = paceOf(view.daemonSet.spec, desired);
  const pairs = view.nodes.filter(takesPart).map((node) => pairOf(node, view));
  return maxSurge === 0 ? replaceOneByOne(view, pairs, maxUnavailable) : surgeFirst(view, pairs, maxSurge, desired);
}

function takesPart({ verdict, pods }: NodeView): boolean {
  return verdict?.shouldRun === true || pods.length > 0;
}

function pairOf(node: NodeView, { newest }: View): Pair {
  let old: Pod | undefined;
  let fresh: Pod | undefined;
  let crowded = false;
  for (const pod of node.pods) {
    if (isBeingDeleted(pod)) continue;
    if (isUpdated(pod, newest)) {
      crowded ||= fresh !== undefined;
      fresh ??= pod;
    } else {
      crowded ||= old !== undefined;
      old ??= pod;
    }
  }
  return { node, old, fresh, crowded };
}

/** Old pods go first. Whoever has no available pod uses up the budget, whatever the reason: also a node whose old pod is
 *  still stopping. */
function replaceOneByOne(view: View, pairs: readonly Pair[], maxUnavailable: number): RollingPlan {
  const { minReadySeconds, now } = view;
  const remove: Pod[] = [];
  const candidates: Candidate[] = [];
  let unavailable = 0;
  for (const { node, old, fresh, crowded } of pairs) {
    const only = fresh ?? old;
    if (crowded || only === undefined || (old !== undefined && fresh !== undefined)) unavailable++;
    else if (only === fresh) unavailable += isAvailable(only, minReadySeconds, now) ? 0 : 1;
    else if (isAvailable(only, minReadySeconds, now)) candidates.push({ pod: only, nodeName: node.name });
    else {
      // It serves nobody: to replace it takes nothing away.
      remove.push(only);
      unavailable++;
    }
  }
  const budget = Math.max(0, maxUnavailable - unavailable);
  return { create: [], remove: [...remove, ...first(candidates, budget).map(({ pod }) => pod)] };
}

/** New pods come first, and old ones go when those serve. */
function surgeFirst(view: View, pairs: readonly Pair[], maxSurge: number, desired: number): RollingPlan {
  const { minReadySeconds, now } = view;
  const available = (pod: Pod): boolean => isAvailable(pod, minReadySeconds, now);
  const create: string[] = [];
  const remove: Pod[] = [];
  const candidates: Candidate[] = [];
  const sunset: Candidate[] = [];
  let surging = 0;
  let serving = 0;
  for (const { node, old, fresh, crowded } of pairs) {
    const shown = old ?? fresh;
    if (!crowded && shown !== undefined && available(shown)) serving++;
    if (crowded) surging++;
    else if (old === undefined) continue;
    else if (fresh !== undefined) {
      if (available(fresh)) remove.push(old);
      else surging++;
    } else if (available(old)) {
      const list = node.verdict?.shouldRun === true ? candidates : sunset;
      list.push({ pod: old, nodeName: node.name });
    } else if (node.verdict?.shouldRun === true) create.push(node.name);
    else remove.push(old);
  }
  const budget = Math.max(0, maxSurge - surging);
  const dispensable = Math.max(0, serving - desired);
  return {
    create: [...create, ...first(candidates, budget).map(({ nodeName }) => nodeName)],
    remove: [...remove, ...first(sunset, dispensable).map(({ pod }) => pod)],
  };
}

/** So many of them, in the order of their nodes' names. */
function first(candidates: readonly Candidate[], count: number): readonly Candidate[] {
  if (count === 0) return [];
  return candidates.toSorted((a, b) => (a.nodeName < b.nodeName ? -1 : 1)).slice(0, count);
}
