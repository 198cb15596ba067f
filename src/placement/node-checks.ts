import type { Node } from '#kinds/node/schema.ts';
import type { Demand } from '#placement/demand.ts';
import { nodeMatches } from '#placement/node-affinity.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { type Refusal, refusals } from '#placement/refusal.ts';
import { tolerates, untolerated } from '#placement/tolerations.ts';

const unschedulableTaint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const hardEffects = ['NoSchedule', 'NoExecute'] as const;

/** The rules that look at the pod and the node alone, in upstream's order; the first that fails is the answer
 *  (spec: nodes-and-scheduling.md section 7.4). */
export function checkNode(demand: Demand, node: Node): Refusal | undefined {
  return (
    checkUnschedulable(demand, node) ??
    checkNodeName(demand, node) ??
    checkTaints(demand, node) ??
    checkAffinity(demand, node)
  );
}

/** A cordoned node takes only pods that tolerate its cordon. */
export function checkUnschedulable({ pod }: Demand, node: Node): Refusal | undefined {
  if (node.spec.unschedulable !== true) return undefined;
  return pod.spec.tolerations?.some((toleration) => tolerates(toleration, unschedulableTaint))
    ? undefined
    : refusals.unschedulable;
}

/** Only the node named, if one is (API field: PodSpec.nodeName). */
export function checkNodeName({ pod }: Demand, node: Node): Refusal | undefined {
  const { nodeName = '' } = pod.spec;
  return nodeName === '' || nodeName === node.metadata.name ? undefined : refusals.name;
}

/** Each taint that keeps pods away is to be tolerated (spec: nodes-and-scheduling.md section 7.4). */
export function checkTaints({ pod }: Demand, node: Node): Refusal | undefined {
  const { taints } = node.spec;
  if (taints === undefined || taints.length === 0) return undefined;
  return untolerated(taints, pod.spec.tolerations, hardEffects).length === 0 ? undefined : refusals.taints;
}

/** The selector and the required terms both hold (spec: nodes-and-scheduling.md section 7.4). */
export function checkAffinity(demand: Demand, node: Node): Refusal | undefined {
  return nodeMatches(demand.node, node) ? undefined : refusals.affinity;
}

/** The rules about what is free on the node: ports, then resources. */
export function checkRoom(demand: Demand, load: NodeLoad): Refusal | undefined {
  return load.clashes(demand.ports) ? refusals.ports : checkResources(demand, load);
}

/** What is missing, of all that is asked for. */
export function checkResources(demand: Demand, load: NodeLoad): Refusal | undefined {
  const short = shortages(demand, load);
  if (short.length === 0) return undefined;
  return {
    rule: 'NodeResourcesFit',
    reasons: short.map(({ resource }) => (resource === 'pods' ? 'Too many pods' : `Insufficient ${resource}`)),
    evictionHelps: short.every(({ beyondNode }) => !beyondNode),
  };
}

/** A resource of which the node has too little left. */
export interface Shortage {
  readonly resource: string;
  /** Even the empty node has not enough. */
  readonly beyondNode: boolean;
}

const none: readonly Shortage[] = [];
/** Upstream reports these first, in this order, and all others after them. */
const firstResources = ['cpu', 'memory', 'ephemeral-storage'];

/** The resources that the pod asks for and the node has not free. Zero requests are not checked. */
export function shortages(demand: Demand, load: NodeLoad): readonly Shortage[] {
  let short: Shortage[] | undefined;
  if (load.podCount + 1 > load.allocatable('pods')) short = [{ resource: 'pods', beyondNode: false }];
  for (const [resource, amount] of demand.requests) {
    const allocatable = load.allocatable(resource);
    if (amount === 0 || amount <= allocatable - load.requested(resource)) continue;
    short ??= [];
    short.push({ resource, beyondNode: amount > allocatable });
  }
  if (short === undefined) return none;
  return short.length === 1 ? short : short.sort((a, b) => rank(a) - rank(b));
}

function rank({ resource }: Shortage): number {
  if (resource === 'pods') return -1;
  const at = firstResources.indexOf(resource);
  return at < 0 ? firstResources.length : at;
}
