import type { Demand } from '#placement/demand.ts';
import { nodesNamed } from '#placement/node-affinity.ts';
import { checkNode, checkRoom } from '#placement/node-checks.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { checkNeighbours, neighbourhoodOf } from '#placement/pod-affinity.ts';
import { checkClaims, claimDemandOf, isTaken } from '#placement/pod-claims.ts';
import { type Refusal, refusals } from '#placement/refusal.ts';
import { checkSpread, countSpread } from '#placement/topology-spread.ts';
import type { Cluster } from '#scheduler/cluster.ts';

/** Where a pod could go. */
export interface Filtered {
  readonly feasible: readonly NodeLoad[];
  readonly refused: ReadonlyMap<NodeLoad, Refusal>;
  /** Where the next search should begin, so that nodes take turns. */
  readonly next: number;
}

/** With fewer nodes all are looked at (spec: nodes-and-scheduling.md section 7.3). */
const nodesMin = 100;

/** How many feasible nodes are enough to choose from. */
export function feasibleMax(nodes: number): number {
  if (nodes < nodesMin) return nodes;
  return Math.max(nodesMin, Math.floor((nodes * Math.max(5, 50 - nodes / 125)) / 100));
}

/** Looks for nodes from the `start`-th on, until enough are found. A node nominated for the pod is asked first, and alone is
 *  enough. */
export function filterNodes(demand: Demand, cluster: Cluster, start: number): Filtered {
  const { loads } = cluster;
  const refused = new Map<NodeLoad, Refusal>();
  const check = nodeCheck(demand, loads, cluster);
  const nominated = loadNominated(demand, cluster);
  if (nominated !== undefined && check(nominated) === undefined) return { feasible: [nominated], refused, next: start };
  const feasible: NodeLoad[] = [];
  const enough = feasibleMax(loads.length);
  let looked = 0;
  for (; looked < loads.length && feasible.length < enough; looked++) {
    const load = loads[(start + looked) % loads.length] as NodeLoad;
    const refusal = check(load);
    if (refusal === undefined) feasible.push(load);
    else refused.set(load, refusal);
  }
  return { feasible, refused, next: loads.length === 0 ? 0 : (start + looked) % loads.length };
}

/** All rules, for one pod, over `loads` as they stand: tells why a node does not do. */
export function nodeCheck(
  demand: Demand,
  loads: readonly NodeLoad[],
  cluster: Cluster,
): (load: NodeLoad) => Refusal | undefined {
  const named = nodesNamed(demand.node);
  const spread = demand.spread.length === 0 ? [] : countSpread(demand, loads, true);
  const asked = demand.claims.length === 0 ? undefined : claimDemandOf(demand.pod, cluster.storage);
  const claims = asked === undefined || 'refusal' in asked ? undefined : asked;
  const taken = claims !== undefined && isTaken(claims, demand, loads) ? refusals.claimTaken : undefined;
  const hood = neighbourhoodOf(demand, loads, cluster.namespaceLabels);
  return (load) => {
    const { node } = load;
    if (node === undefined || named?.has(load.name) === false) return refusals.notNamed;
    return (
      checkNode(demand, node) ??
      // What does not fit beside those promised a place there does not fit: then they are part of the reasons.
      checkRoom(demand, cluster.withNominated(load, demand) ?? load) ??
      taken ??
      (claims === undefined ? undefined : checkClaims(claims, node, cluster.storage)) ??
      checkSpread(spread, node) ??
      (hood === undefined ? undefined : checkNeighbours(hood, node))
    );
  };
}

function loadNominated({ pod }: Demand, cluster: Cluster): NodeLoad | undefined {
  const { nominatedNodeName = '' } = pod.status;
  const load = nominatedNodeName === '' ? undefined : cluster.load(nominatedNodeName);
  return load?.node === undefined ? undefined : load;
}
