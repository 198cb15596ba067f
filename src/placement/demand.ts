import { claimsOfPod } from '#kinds/pod/claims.ts';
import { specInPlace } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { type HostPort, hostPortsOf } from '#placement/host-ports.ts';
import { type NodeDemand, nodeDemandOf } from '#placement/node-affinity.ts';
import { type NeighbourDemand, neighbourDemandOf, type SpreadDemand, spreadDemandOf } from '#placement/pod-terms.ts';
import { type Amounts, amountsOf, podRequests, scoredRequests } from '#placement/resources.ts';

/** All that a pod asks of its place, read once and then compared with many nodes. */
export interface Demand {
  readonly pod: Pod;
  readonly node: NodeDemand;
  readonly requests: Amounts;
  readonly scored: { readonly cpu: number; readonly memory: number };
  readonly ports: readonly HostPort[];
  readonly neighbours: NeighbourDemand;
  readonly spread: readonly SpreadDemand[];
  /** The names of its claims to volumes. */
  readonly claims: readonly string[];
}

const known = new WeakMap<Pod, Demand>();

/** What `pod` asks for. The same object gives the same answer. */
export function demandOf(pod: Pod): Demand {
  const remembered = known.get(pod);
  if (remembered !== undefined) return remembered;
  const { spec } = pod;
  const inPlace = specInPlace(pod);
  const requests = amountsOf(podRequests(inPlace));
  const demand: Demand = {
    pod,
    node: nodeDemandOf(spec),
    requests,
    scored: scoredRequests(inPlace, requests),
    ports: hostPortsOf(spec),
    neighbours: neighbourDemandOf(pod),
    spread: spreadDemandOf(pod),
    claims: claimsOfPod(pod),
  };
  known.set(pod, demand);
  return demand;
}
