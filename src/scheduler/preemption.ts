import { findCondition } from '#kinds/meta/conditions.ts';
import { keyOf } from '#kinds/meta/object.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Demand } from '#placement/demand.ts';
import { demandOf } from '#placement/demand.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import type { Refusal } from '#placement/refusal.ts';
import { protectedPods } from '#scheduler/budgets.ts';
import { type Cluster, priorityOf } from '#scheduler/cluster.ts';
import { nodeCheck } from '#scheduler/filter.ts';
import { nodesMessage } from '#scheduler/message.ts';

/** Pods that would have to go from a node. */
export interface Victims {
  readonly load: NodeLoad;
  /** Most important first. */
  readonly pods: readonly Pod[];
  /** How many of them leave against a disruption budget. */
  readonly violations: number;
}

export type Preemption =
  | { readonly victims: Victims }
  /** Nobody goes. */
  | {
      readonly victims: undefined;
      readonly message: string;
      /** Victims of an earlier round are still on their way out. */
      readonly waits: boolean;
    };

/** Upstream's word on nodes that no eviction makes fit. */
export const notHelpful = 'Preemption is not helpful for scheduling';
const noVictims = 'No preemption victims found for incoming pod';
/** So many nodes with victims are enough to choose from, or a tenth of all if that is more. */
const candidatesMin = 100;

/** Whether removing less important pods makes room for a pod that all nodes refused (spec: nodes-and-scheduling.md section
 *  7.7). Pods that a disruption budget protects go only where nothing else helps. */
export function planPreemption(demand: Demand, cluster: Cluster, refused: ReadonlyMap<NodeLoad, Refusal>): Preemption {
  const { pod } = demand;
  if (pod.spec.preemptionPolicy === 'Never') return stay('not eligible due to preemptionPolicy=Never.');
  if (victimsUnderWay(pod, cluster, refused)) {
    return stay('not eligible due to a terminating pod on the nominated node.', true);
  }
  const candidates: Victims[] = [];
  const reasons: string[] = [];
  const enough = Math.max(candidatesMin, Math.floor(cluster.loads.length / 10));
  for (const [load, refusal] of refused) {
    if (!refusal.evictionHelps) reasons.push(notHelpful);
    else if (candidates.length < enough) {
      const found = victimsOn(load, demand, cluster);
      if ('pods' in found) candidates.push(found);
      else reasons.push(...found.reasons);
    }
  }
  const best = candidates.reduce<Victims | undefined>((a, b) => (a === undefined || isBetter(b, a) ? b : a), undefined);
  if (best !== undefined) return { victims: best };
  return stay(nodesMessage(cluster.loads.length, reasons));
}

function stay(message: string, waits = false): Preemption {
  return { victims: undefined, message: `preemption: ${message}`, waits };
}

function victimsUnderWay(pod: Pod, cluster: Cluster, refused: ReadonlyMap<NodeLoad, Refusal>): boolean {
  const load = cluster.load(pod.status.nominatedNodeName ?? '');
  if (load?.node === undefined || refused.get(load)?.evictionHelps === false) return false;
  for (const { pod: other } of load.pods) {
    if (other.metadata.deletionTimestamp === undefined || priorityOf(other) >= priorityOf(pod)) continue;
    if (findCondition(other.status.conditions, 'DisruptionTarget')?.reason === 'PreemptionByScheduler') return true;
  }
  return false;
}

/** The fewest and least important pods whose leaving makes room, or why there are none. */
function victimsOn(
  load: NodeLoad,
  demand: Demand,
  cluster: Cluster,
): Victims | { readonly reasons: readonly string[] } {
  const priority = priorityOf(demand.pod);
  const lower = [...load.pods].map((other) => other.pod).filter((pod) => priorityOf(pod) < priority);
  if (lower.length === 0) return { reasons: [noVictims] };
  const trial = load.without(({ pod }) => priorityOf(pod) < priority);
  const loads = cluster.loads.map((other) => (other === load ? trial : other));
  const refusal = nodeCheck(demand, loads, cluster)(trial);
  if (refusal !== undefined) return { reasons: refusal.reasons };
  const victims: Pod[] = [];
  lower.sort(byImportance);
  const spared = protectedPods(lower, cluster.budgetsOf);
  // Who is protected is the first to stay.
  const inOrder = [...lower.filter((pod) => spared.has(pod)), ...lower.filter((pod) => !spared.has(pod))];
  for (const pod of inOrder) {
    const key = keyOf(pod.metadata);
    trial.add(key, demandOf(pod));
    if (nodeCheck(demand, loads, cluster)(trial) === undefined) continue;
    trial.remove(key);
    victims.push(pod);
  }
  const violations = victims.filter((pod) => spared.has(pod)).length;
  return { load, pods: victims.sort(byImportance), violations };
}

/** Higher priority first, then the one that has run longer. */
function byImportance(a: Pod, b: Pod): number {
  return priorityOf(b) - priorityOf(a) || byStart(a, b);
}

/** Those that have not started come last, by age. */
function byStart(a: Pod, b: Pod): number {
  const [startA, startB] = [startOf(a), startOf(b)];
  return compare(startA, startB) || compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp);
}

const notStarted = '9999';

function startOf({ status }: Pod): string {
  return status.startTime ?? notStarted;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Makes every priority count as more than nothing: one pod more matters more than any difference of priorities. */
const priorityBase = 2 ** 31;

/** The order in which nodes are preferred for preemption. */
function isBetter(a: Victims, b: Victims): boolean {
  const [topA, topB] = [a.pods[0], b.pods[0]];
  if (topA === undefined || topB === undefined) return topA === undefined && topB !== undefined;
  if (a.violations !== b.violations) return a.violations < b.violations;
  const sum = ({ pods }: Victims): number => pods.reduce((total, pod) => total + priorityBase + priorityOf(pod), 0);
  const difference = priorityOf(topA) - priorityOf(topB) || sum(a) - sum(b);
  return difference !== 0 ? difference < 0 : byStart(topA, topB) > 0;
}
