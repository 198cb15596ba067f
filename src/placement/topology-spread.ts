import { type Selector, selectorMatches } from '#kinds/meta/selector.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Demand } from '#placement/demand.ts';
import { nodeMatches } from '#placement/node-affinity.ts';
import { checkTaints } from '#placement/node-checks.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import type { SpreadDemand } from '#placement/pod-terms.ts';
import { type Refusal, refusals } from '#placement/refusal.ts';

/** How many matching pods each domain of a constraint holds. */
export interface SpreadCount {
  readonly constraint: SpreadDemand;
  readonly byDomain: ReadonlyMap<string, number>;
  /** The smallest count, 0 when there are fewer domains than asked for. */
  readonly least: number;
}

/** Counts for the hard (or the soft) constraints of a pod (spec: nodes-and-scheduling.md section 7.4, "Topology spread"). */
export function countSpread(demand: Demand, loads: readonly NodeLoad[], hard: boolean): readonly SpreadCount[] {
  const constraints = demand.spread.filter((constraint) => constraint.hard === hard);
  return constraints.map((constraint) => {
    const byDomain = new Map<string, number>();
    for (const load of loads) {
      const { node } = load;
      if (node === undefined || !takesPart(demand, constraint, node)) continue;
      // A node without one of the keys is in none of the constraints' domains.
      if (constraints.some(({ topologyKey }) => node.metadata.labels?.[topologyKey] === undefined)) continue;
      const domain = node.metadata.labels?.[constraint.topologyKey] ?? '';
      byDomain.set(domain, (byDomain.get(domain) ?? 0) + countSelected(constraint.selector, demand, load));
    }
    const least = byDomain.size < constraint.minDomains ? 0 : Math.min(...byDomain.values());
    return { constraint, byDomain, least };
  });
}

/** Whether one more pod on the node keeps the skew of every hard constraint. `counts` come from `countSpread`. */
export function checkSpread(counts: readonly SpreadCount[], node: Node): Refusal | undefined {
  for (const { constraint, byDomain, least } of counts) {
    const domain = node.metadata.labels?.[constraint.topologyKey];
    if (domain === undefined) return refusals.spreadLabel;
    const own = constraint.selectsSelf ? 1 : 0;
    if ((byDomain.get(domain) ?? 0) + own - least > constraint.maxSkew) return refusals.spread;
  }
  return undefined;
}

function takesPart(demand: Demand, constraint: SpreadDemand, node: Node): boolean {
  if (constraint.honoursAffinity && !nodeMatches(demand.node, node)) return false;
  return !constraint.honoursTaints || checkTaints(demand, node) === undefined;
}

/** How many pods of the demand's namespace on that node the selector means. One that means all of them counts none, as upstream
 *  has it. */
export function countSelected(selector: Selector, { pod }: Demand, load: NodeLoad): number {
  if (selector.length === 0) return 0;
  let count = 0;
  for (const other of load.pods) {
    const { namespace, labels, deletionTimestamp } = other.pod.metadata;
    if (namespace !== pod.metadata.namespace || deletionTimestamp !== undefined) continue;
    if (selectorMatches(selector, labels)) count++;
  }
  return count;
}
