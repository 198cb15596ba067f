import type { Node } from '#kinds/node/schema.ts';
import type { Demand } from '#placement/demand.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { countSpread, type SpreadCount } from '#placement/topology-spread.ts';
import type { Cluster } from '#scheduler/cluster.ts';
import { crowdingByService } from '#scheduler/spread-by-service.ts';

const scoreMax = 100;

/** How well each feasible node keeps to the constraints that are only wishes (spec: nodes-and-scheduling.md section 7.5);
 *  undefined when the pod has none, and no Service either. A node that is in none of the domains of one of them comes last. */
export function spreadScores(
  demand: Demand,
  feasible: readonly NodeLoad[],
  cluster: Cluster,
): readonly number[] | undefined {
  const raw =
    demand.spread.length === 0
      ? crowdingByService(demand, feasible, cluster)
      : crowdingByWish(demand, feasible, cluster);
  if (raw === undefined) return undefined;
  const known = raw.filter((score) => score !== undefined);
  const most = Math.max(...known);
  const least = Math.min(...known);
  return raw.map((score) => {
    if (score === undefined) return 0;
    return most === 0 ? scoreMax : Math.trunc((scoreMax * (most + least - score)) / most);
  });
}

function crowdingByWish(
  demand: Demand,
  feasible: readonly NodeLoad[],
  cluster: Cluster,
): readonly (number | undefined)[] | undefined {
  const counts = countSpread(demand, cluster.loads, false);
  if (counts.length === 0) return undefined;
  const nodes = feasible.map(({ node }) => node);
  const inDomains = nodes.filter((node) => node !== undefined && isIn(node, counts));
  const weights = counts.map(({ constraint }) => {
    const domains = new Set(inDomains.map((node) => node?.metadata.labels?.[constraint.topologyKey]));
    return Math.log(domains.size + 2);
  });
  return nodes.map((node) => (node !== undefined && isIn(node, counts) ? crowding(node, counts, weights) : undefined));
}

function isIn({ metadata }: Node, counts: readonly SpreadCount[]): boolean {
  return counts.every(({ constraint }) => metadata.labels?.[constraint.topologyKey] !== undefined);
}

/** The pods in the node's domains; they weigh more where there are many domains. */
function crowding({ metadata }: Node, counts: readonly SpreadCount[], weights: readonly number[]): number {
  let sum = 0;
  for (const [index, { constraint, byDomain }] of counts.entries()) {
    const count = byDomain.get(metadata.labels?.[constraint.topologyKey] ?? '') ?? 0;
    sum += count * (weights[index] ?? 0) + (constraint.maxSkew - 1);
  }
  return Math.round(sum);
}
