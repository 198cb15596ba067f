import type { Node } from '#kinds/node/schema.ts';
import type { Demand } from '#placement/demand.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { type NamespaceLabels, type PodTerm, podTermMatches } from '#placement/pod-terms.ts';
import { type Refusal, refusals } from '#placement/refusal.ts';

/** Where in the cluster there are pods that a pod must be near to or away from, as domains: `key\nvalue` of node labels. */
export interface Neighbourhood {
  readonly demand: Demand;
  /** For each required term, the domains with a pod that all required terms mean. */
  readonly near: readonly ReadonlySet<string>[];
  /** Domains with a pod that one of the anti-affinity terms means. */
  readonly away: ReadonlySet<string>;
  /** Domains of pods whose own anti-affinity means this pod. */
  readonly unwelcome: ReadonlySet<string>;
  /** No pod is there yet to be near to, and the pod itself is one its terms mean: it may begin anywhere. */
  readonly first: boolean;
}

/** What `checkNeighbours` needs; undefined if neither the pod nor any pod of the cluster has terms about the other
 *  (spec: nodes-and-scheduling.md section 7.4, "Pod affinity"). */
export function neighbourhoodOf(
  demand: Demand,
  loads: readonly NodeLoad[],
  namespaceLabels: NamespaceLabels,
): Neighbourhood | undefined {
  const { required, requiredAnti } = demand.neighbours;
  const asks = required.length + requiredAnti.length > 0;
  const near = required.map(() => new Set<string>());
  const away = new Set<string>();
  const unwelcome = new Set<string>();
  let picky = false;
  for (const load of loads) {
    const { node } = load;
    if (node === undefined || (!asks && load.picky === 0)) continue;
    for (const other of load.pods) {
      if (asks) note(demand, other, node, near, away, namespaceLabels);
      for (const term of other.neighbours.requiredAnti) {
        picky = true;
        if (podTermMatches(term, demand.pod, namespaceLabels)) enter(unwelcome, term, node);
      }
    }
  }
  if (!asks && !picky) return undefined;
  const first =
    near.every((domains) => domains.size === 0) &&
    required.every((term) => podTermMatches(term, demand.pod, namespaceLabels));
  return { demand, near, away, unwelcome, first };
}

/** Whether the pods around let the pod run on the node, and it them. */
export function checkNeighbours(hood: Neighbourhood, node: Node): Refusal | undefined {
  const { required, requiredAnti } = hood.demand.neighbours;
  const hasKeys = required.every((term) => node.metadata.labels?.[term.topologyKey] !== undefined);
  const isNear = required.every((term, index) => hood.near[index]?.has(domainOf(term, node) ?? ''));
  if (!hasKeys || (!isNear && !hood.first)) return refusals.podAffinity;
  if (requiredAnti.some((term) => hood.away.has(domainOf(term, node) ?? ''))) return refusals.podAntiAffinity;
  for (const key in node.metadata.labels) {
    if (hood.unwelcome.has(`${key}\n${node.metadata.labels[key]}`)) return refusals.existingAntiAffinity;
  }
  return undefined;
}

function note(
  demand: Demand,
  other: Demand,
  node: Node,
  near: readonly Set<string>[],
  away: Set<string>,
  namespaceLabels: NamespaceLabels,
): void {
  const { required, requiredAnti } = demand.neighbours;
  if (required.length > 0 && required.every((term) => podTermMatches(term, other.pod, namespaceLabels))) {
    for (const [index, term] of required.entries()) {
      const domains = near[index];
      if (domains !== undefined) enter(domains, term, node);
    }
  }
  for (const term of requiredAnti) if (podTermMatches(term, other.pod, namespaceLabels)) enter(away, term, node);
}

function enter(domains: Set<string>, term: PodTerm, node: Node): void {
  const domain = domainOf(term, node);
  if (domain !== undefined) domains.add(domain);
}

function domainOf({ topologyKey }: PodTerm, node: Node): string | undefined {
  const value = node.metadata.labels?.[topologyKey];
  return value === undefined ? undefined : `${topologyKey}\n${value}`;
}
