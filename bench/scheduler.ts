import { seededRandom } from '#base/random.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { demandOf } from '#placement/demand.ts';
import { Cluster } from '#scheduler/cluster.ts';
import { planPod } from '#scheduler/plan.ts';
import { type BenchResult, median } from './report.ts';

const runs = 5;
const podsPerRun = 5000;

/** Scheduling decisions without requests: filter, score and assume, pods of a Job over equal nodes that fill up. */
export async function run(): Promise<readonly BenchResult[]> {
  const results: BenchResult[] = [];
  for (const nodes of [1, 100, 1000]) {
    const samples = Array.from({ length: runs + 1 }, () => microsPerDecision(nodes)).slice(1);
    results.push({ name: `${nodes} nodes: one decision`, median: median(samples), unit: 'µs' });
  }
  return results;
}

function microsPerDecision(nodes: number): number {
  const cluster = new Cluster({
    namespaceLabels: () => undefined,
    budgetsOf: () => [],
    servicesOf: () => [],
    storage: { claim: () => undefined, volume: () => undefined, volumes: () => [], storageClass: () => undefined },
  });
  for (let n = 0; n < nodes; n++) cluster.setNode(node(`node-${n}`));
  const draws = seededRandom('bench').stream('ties');
  const start = performance.now();
  let next = 0;
  for (let n = 0; n < podsPerRun; n++) {
    const waiting = pod(n);
    const plan = planPod(demandOf(waiting), cluster, next, draws);
    if (plan.to !== 'bind') throw new Error(`The pods do not fit: ${plan.message}`);
    next = plan.next;
    cluster.assume(waiting, plan.load);
  }
  return ((performance.now() - start) * 1000) / podsPerRun;
}

function node(name: string): Node {
  const allocatable = { cpu: '10000', memory: '20000Gi', pods: '10000' };
  const metadata = { name, uid: name, labels: { 'kubernetes.io/hostname': name } };
  // Placement reads no other fields.
  return { kind: 'Node', apiVersion: 'v1', metadata, spec: {}, status: { allocatable } } as unknown as Node;
}

function pod(n: number): Pod {
  const name = `job-${n}`;
  const resources = { requests: { cpu: '100m', memory: '64Mi' } };
  const tolerations = ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { namespace: 'default', name, uid: name, labels: { 'job-name': 'job' } },
    spec: { containers: [{ name: 'c', image: 'i', resources }], tolerations },
    status: {},
  } as unknown as Pod;
}
