import type { Millis } from '#base/units.ts';
import { hashOf, isAvailable, isBeingDeleted } from '#controllers/daemonset/pod-facts.ts';
import { allowsSurge } from '#controllers/daemonset/update-pace.ts';
import type { NodeView, View } from '#controllers/daemonset/view.ts';
import { isPodReady } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** A daemon's pod that has come to an end, which it never should. */
export interface Ended {
  readonly pod: Pod;
  readonly nodeName: string;
}

/** What brings the pods of a DaemonSet to where they belong. */
export interface ManagePlan {
  /** Names of nodes that need a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  /** Of those to remove, the ones that failed and that succeeded: there is more to say about them. */
  readonly failed: readonly Ended[];
  readonly succeeded: readonly Ended[];
  /** Look again then: a failed pod is kept for a while. */
  readonly lookAfter: Millis | undefined;
}

type Draft = { create: string[]; remove: Pod[]; failed: Ended[]; succeeded: Ended[]; lookAfter: Millis | undefined };

/** Decides node by node (spec: daemonset.md sections 7.1 and 9). `heldBack` says for how long a failed pod of the node must
 *  not be replaced yet; 0 when it may. */
export function planManage(view: View, heldBack: (nodeName: string) => Millis): ManagePlan {
  const draft: Draft = { create: [], remove: [], failed: [], succeeded: [], lookAfter: undefined };
  const surge = allowsSurge(view.daemonSet.spec);
  for (const node of view.nodes) {
    const { verdict, pods } = node;
    // Of a node that is gone, the pods that never got there go; those that did are for the pod garbage collector.
    if (verdict === undefined) removeEach(draft, pods, (pod) => !pod.spec.nodeName);
    else if (verdict.mayStay && pods.length > 0) tend(draft, view, node, surge, heldBack);
    else if (verdict.shouldRun) draft.create.push(node.name);
    else removeEach(draft, pods, () => true);
  }
  return draft;
}

function removeEach(draft: Draft, pods: readonly Pod[], which: (pod: Pod) => boolean): void {
  for (const pod of pods) if (!isBeingDeleted(pod) && which(pod)) draft.remove.push(pod);
}

function tend(draft: Draft, view: View, node: NodeView, surge: boolean, heldBack: (nodeName: string) => Millis): void {
  const running = sortOut(draft, node, heldBack);
  if (surge) tendPair(draft, view, node, running);
  // While one is stopping there is no other: a successor comes when it is gone.
  else for (const surplus of running.slice(1)) draft.remove.push(surplus);
}

/** The pods of a node that go on; those that have ended are to be removed. */
function sortOut(draft: Draft, { name, pods }: NodeView, heldBack: (nodeName: string) => Millis): readonly Pod[] {
  const running: Pod[] = [];
  let hasFailed = false;
  for (const pod of pods) {
    if (isBeingDeleted(pod)) continue;
    const { phase } = pod.status;
    if (phase === 'Failed') {
      // Of several that failed one goes, and the delay that begins with it holds for the others.
      if (!hasFailed) retire(draft, { pod, nodeName: name }, heldBack(name));
      hasFailed = true;
    } else if (phase === 'Succeeded') {
      draft.succeeded.push({ pod, nodeName: name });
      draft.remove.push(pod);
    } else running.push(pod);
  }
  return running;
}

function retire(draft: Draft, ended: Ended, wait: Millis): void {
  if (wait > 0) {
    draft.lookAfter = Math.min(wait, draft.lookAfter ?? wait);
    return;
  }
  draft.failed.push(ended);
  draft.remove.push(ended.pod);
}

/** With surge there may be one new and one old pod; the old one goes when it serves no more, or when the new one does. */
function tendPair(draft: Draft, view: View, { name, verdict }: NodeView, running: readonly Pod[]): void {
  if (running.length === 0 && verdict?.shouldRun === true) draft.create.push(name);
  if (running.length < 2) return;
  const isNew = (pod: Pod): boolean => hashOf(pod) === view.newest.hash;
  const oldest = running.find((pod) => !isNew(pod));
  const newest = running.find(isNew);
  for (const pod of running) if (pod !== oldest && pod !== newest) draft.remove.push(pod);
  if (oldest === undefined || newest === undefined) return;
  const isReplaced = isAvailable(newest, view.minReadySeconds, view.now);
  if (isReplaced || !isPodReady(oldest)) draft.remove.push(oldest);
}
