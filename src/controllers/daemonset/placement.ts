import { daemonTolerations } from '#controllers/daemonset/tolerations.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { nodeDemandOf, nodeMatches } from '#placement/node-affinity.ts';
import { untolerated } from '#placement/tolerations.ts';

/** Whether a daemon's pod belongs on a node. One that `mayStay` but should not run there is left alone and counts as
 *  misscheduled. */
export interface Verdict {
  readonly shouldRun: boolean;
  readonly mayStay: boolean;
}

export type Placement = (node: Node) => Verdict;

const run: Verdict = { shouldRun: true, mayStay: true };
const stay: Verdict = { shouldRun: false, mayStay: true };
const leave: Verdict = { shouldRun: false, mayStay: false };

const hardEffects = ['NoSchedule', 'NoExecute'] as const;
const evictingEffects = ['NoExecute'] as const;

/** The question of spec: daemonset.md section 6, ready to be asked of many nodes. Room, ports and the cordon do not count:
 *  a pod that finds no room waits for it. */
export function placementOf({ spec }: PodTemplateSpec): Placement {
  const demand = nodeDemandOf(spec);
  const tolerations = daemonTolerations(spec);
  const { nodeName = '' } = spec;
  return (node) => {
    if (nodeName !== '' && nodeName !== node.metadata.name) return leave;
    if (!nodeMatches(demand, node)) return leave;
    const { taints } = node.spec;
    if (taints === undefined || untolerated(taints, tolerations, hardEffects).length === 0) return run;
    return untolerated(taints, tolerations, evictingEffects).length === 0 ? stay : leave;
  };
}
