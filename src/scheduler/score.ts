import type { Demand } from '#placement/demand.ts';
import { preferredWeight } from '#placement/node-affinity.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { type PodTerm, podTermMatches } from '#placement/pod-terms.ts';
import { untolerated } from '#placement/tolerations.ts';
import type { Cluster } from '#scheduler/cluster.ts';
import { imageScores } from '#scheduler/image-score.ts';
import { spreadScores } from '#scheduler/spread-score.ts';

const scoreMax = 100;

/** The total of each feasible node, higher is better (spec: nodes-and-scheduling.md section 7.5). */
export function scoreNodes(demand: Demand, feasible: readonly NodeLoad[], cluster: Cluster): readonly number[] {
  const totals = feasible.map((load) => leastAllocated(demand, load) + balanced(demand, load));
  const add = (scores: readonly number[] | undefined, weight: number): void => {
    scores?.forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + weight * score;
    });
  };
  add(taintScores(demand, feasible), 3);
  add(affinityScores(demand, feasible), 2);
  add(spreadScores(demand, feasible, cluster), 2);
  add(neighbourScores(demand, feasible, cluster), 2);
  add(imageScores(demand, feasible, cluster.loads), 1);
  return totals;
}

function leastAllocated({ scored }: Demand, load: NodeLoad): number {
  const free = (allocatable: number, used: number): number =>
    allocatable === 0 || used > allocatable ? 0 : Math.trunc(((allocatable - used) * scoreMax) / allocatable);
  const cpu = free(load.allocatable('cpu'), load.cpuScored + scored.cpu);
  const memory = free(load.allocatable('memory'), load.memoryScored + scored.memory);
  return Math.trunc((cpu + memory) / 2);
}

/** How much evener cpu and memory are used with the pod than without. */
function balanced({ requests }: Demand, load: NodeLoad): number {
  if (requests.size === 0) return 0;
  const evenness = (cpu: number, memory: number): number => {
    const share = (used: number, allocatable: number): number =>
      allocatable === 0 ? 1 : Math.min(1, used / allocatable);
    const cpuShare = share(load.requested('cpu') + cpu, load.allocatable('cpu'));
    const memoryShare = share(load.requested('memory') + memory, load.allocatable('memory'));
    return scoreMax * (1 - Math.abs(cpuShare - memoryShare) / 2);
  };
  const after = evenness(requests.get('cpu') ?? 0, requests.get('memory') ?? 0);
  return Math.trunc(50 + (50 + after - evenness(0, 0)) / 2);
}

/** Undefined: no node has a taint that prefers other pods, so that all score the same. */
function taintScores({ pod }: Demand, feasible: readonly NodeLoad[]): readonly number[] | undefined {
  const counts = feasible.map(
    ({ node }) => untolerated(node?.spec.taints, pod.spec.tolerations, ['PreferNoSchedule']).length,
  );
  const most = Math.max(...counts);
  return most === 0 ? undefined : counts.map((count) => scoreMax - Math.trunc((scoreMax * count) / most));
}

function affinityScores({ node: demand }: Demand, feasible: readonly NodeLoad[]): readonly number[] | undefined {
  if (demand.preferred.length === 0) return undefined;
  const weights = feasible.map(({ node }) => (node === undefined ? 0 : preferredWeight(demand, node)));
  const most = Math.max(...weights);
  return most === 0 ? undefined : weights.map((weight) => Math.trunc((scoreMax * weight) / most));
}

/** Preferences about pods, of this pod and of those there, by the domains they are in. */
function neighbourScores(
  demand: Demand,
  feasible: readonly NodeLoad[],
  cluster: Cluster,
): readonly number[] | undefined {
  const asks = demand.neighbours.preferred.length > 0;
  const byDomain = new Map<string, number>();
  for (const load of cluster.loads) {
    if (!asks && load.picky === 0) continue;
    const note = (term: PodTerm, weight: number): void => {
      const value = load.node?.metadata.labels?.[term.topologyKey];
      if (value === undefined) return;
      const domain = `${term.topologyKey}\n${value}`;
      byDomain.set(domain, (byDomain.get(domain) ?? 0) + weight);
    };
    for (const other of load.pods) noteNeighbour(demand, other, cluster, note);
  }
  if (byDomain.size === 0) return undefined;
  const raw = feasible.map(({ node }) => {
    let sum = 0;
    const labels = node?.metadata.labels;
    for (const key in labels) sum += byDomain.get(`${key}\n${labels[key]}`) ?? 0;
    return sum;
  });
  const most = Math.max(...raw);
  const least = Math.min(...raw);
  return most === least ? undefined : raw.map((sum) => Math.trunc((scoreMax * (sum - least)) / (most - least)));
}

function noteNeighbour(
  demand: Demand,
  other: Demand,
  { namespaceLabels }: Cluster,
  note: (term: PodTerm, weight: number) => void,
): void {
  for (const { term, weight } of demand.neighbours.preferred) {
    if (podTermMatches(term, other.pod, namespaceLabels)) note(term, weight);
  }
  for (const { term, weight } of other.neighbours.preferred) {
    if (podTermMatches(term, demand.pod, namespaceLabels)) note(term, weight);
  }
  for (const term of other.neighbours.required) if (podTermMatches(term, demand.pod, namespaceLabels)) note(term, 1);
}
