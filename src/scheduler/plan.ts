import type { RandomStream } from '#base/random.ts';
import type { Demand } from '#placement/demand.ts';
import { nodesNamed } from '#placement/node-affinity.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { claimDemandOf } from '#placement/pod-claims.ts';
import type { Rule } from '#placement/refusal.ts';
import type { Cluster } from '#scheduler/cluster.ts';
import { filterNodes } from '#scheduler/filter.ts';
import { nodesMessage } from '#scheduler/message.ts';
import { notHelpful, planPreemption, type Victims } from '#scheduler/preemption.ts';
import { scoreNodes } from '#scheduler/score.ts';

/** What to do with a pod. */
export type Plan =
  | { readonly to: 'bind'; readonly load: NodeLoad; readonly next: number }
  | {
      readonly to: 'wait';
      readonly message: string;
      /** What refused it: only changes to that can help. Empty: anything may. */
      readonly rules: ReadonlySet<Rule>;
      /** Pods to remove to make room. */
      readonly victims: Victims | undefined;
      /** A place promised earlier still counts. */
      readonly keepsNomination: boolean;
      readonly next: number;
    };

const noNodes = 'no nodes available to schedule pods';
/** Upstream's search for devices to free reports first. There are no device claims here, so it never finds any. */
const noClaims = 'no new claims to deallocate, ';

/** Chooses a node for a pod, or finds out why there is none (spec: nodes-and-scheduling.md section 7.3). Pure but for the
 *  draws that decide between equals. `start` says where among the nodes to begin. */
export function planPod(demand: Demand, cluster: Cluster, start: number, draws: RandomStream): Plan {
  const nodes = cluster.loads.length;
  if (nodes === 0) {
    return { to: 'wait', message: noNodes, rules: new Set(), victims: undefined, keepsNomination: false, next: 0 };
  }
  const claims = demand.claims.length === 0 ? undefined : claimDemandOf(demand.pod, cluster.storage);
  if (claims !== undefined && 'refusal' in claims) return waitForClaims(claims.refusal, nodes, start);
  const { feasible, refused, next } = filterNodes(demand, cluster, start);
  const [only] = feasible;
  if (only !== undefined) {
    return { to: 'bind', load: feasible.length === 1 ? only : best(demand, feasible, cluster, draws), next };
  }
  const rules = new Set([...refused.values()].map((refusal) => refusal.rule));
  const reasons = [...refused.values()].flatMap((refusal) => refusal.reasons);
  const conflict = nodesNamed(demand.node)?.size === 0;
  const why = conflict ? `0/${nodes} nodes are available: pod affinity terms conflict.` : nodesMessage(nodes, reasons);
  const preemption = planPreemption(demand, cluster, refused);
  return {
    to: 'wait',
    message: preemption.victims === undefined ? `${why} ${noClaims}${preemption.message}` : why,
    rules,
    victims: preemption.victims,
    keepsNomination: preemption.victims === undefined && preemption.waits,
    next,
  };
}

/** No node would do, and no eviction would help. */
function waitForClaims(refusal: string, nodes: number, next: number): Plan {
  const why = `0/${nodes} nodes are available: ${refusal}.`;
  const preemption = `preemption: ${nodesMessage(nodes, new Array<string>(nodes).fill(notHelpful))}`;
  const rules = new Set<Rule>(['VolumeBinding']);
  return {
    to: 'wait',
    message: `${why} ${noClaims}${preemption}`,
    rules,
    victims: undefined,
    keepsNomination: false,
    next,
  };
}

/** The node with the highest total; among equals the one with the fewest pods, then any. */
function best(demand: Demand, feasible: readonly NodeLoad[], cluster: Cluster, draws: RandomStream): NodeLoad {
  const scores = scoreNodes(demand, feasible, cluster);
  let chosen = feasible[0] as NodeLoad;
  let highest = scores[0] ?? 0;
  let equals = 1;
  for (let at = 1; at < feasible.length; at++) {
    const load = feasible[at] as NodeLoad;
    const better = (scores[at] ?? 0) - highest || chosen.podCount - load.podCount;
    if (better < 0) continue;
    // Each of the equals seen so far is equally likely to be the one kept.
    equals = better > 0 ? 1 : equals + 1;
    if (better === 0 && draws.int(equals) !== 0) continue;
    chosen = load;
    highest = scores[at] ?? 0;
  }
  return chosen;
}
