import type { Node } from '#kinds/node/schema.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Runtime } from '#node/runtime/runtime.ts';
import { demandOf } from '#placement/demand.ts';
import { checkAffinity, checkNodeName, shortages } from '#placement/node-checks.ts';
import { NodeLoad } from '#placement/node-load.ts';
import { type Refusal, refusals } from '#placement/refusal.ts';
import { untolerated } from '#placement/tolerations.ts';

/** Why a node will not run a pod: `status.reason` and `status.message` of the failed pod. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

export interface AdmissionDeps {
  readonly name: string;
  readonly runtime: Pick<Runtime, 'refusal'>;
  /** The node as it is now. */
  readonly readNode: () => Promise<Node>;
}

/** The last look at a pod before it runs: what the scheduler saw may be old, and pods can be bound by hand (spec: node-agent.md
 *  section 23, nodes-and-scheduling.md section 7.10). */
export class NodeAdmission {
  private readonly deps: AdmissionDeps;
  private readonly load: NodeLoad;

  constructor(deps: AdmissionDeps) {
    this.deps = deps;
    this.load = new NodeLoad(deps.name, undefined);
  }

  /** The node changed. */
  set node(node: Node) {
    this.load.node = node;
  }

  /** Counts the pod in, or says why not. What depends on labels and taints is looked at again on the node as it is now before
   *  a pod fails for it. */
  async admit(pod: Pod): Promise<Rejection | undefined> {
    if (isTerminalPhase(pod.status.phase) || pod.metadata.deletionTimestamp !== undefined) return undefined;
    const refusal = this.deps.runtime.refusal(pod);
    if (refusal !== undefined) return { reason: 'ProcessRuntimeUnsupported', message: `Pod was rejected: ${refusal}` };
    if (this.check(pod) !== undefined) this.load.node = await this.deps.readNode();
    const rejection = this.check(pod);
    if (rejection === undefined) this.load.add(pod.metadata.uid, demandOf(pod));
    return rejection;
  }

  /** The pod takes no room any more. */
  release(podUid: string): void {
    this.load.remove(podUid);
  }

  /** Upstream's order: resources, then the rules about the node. */
  private check(pod: Pod): Rejection | undefined {
    const demand = demandOf(pod);
    const { node } = this.load;
    const [short] = shortages(demand, this.load);
    if (short !== undefined) return this.outOf(short.resource, demand.requests.get(short.resource) ?? 1);
    if (node === undefined) return undefined;
    const refusal =
      checkAffinity(demand, node) ??
      checkNodeName(demand, node) ??
      (this.load.clashes(demand.ports) ? refusals.ports : undefined) ??
      checkEviction(pod, node);
    return refusal === undefined ? undefined : rejected(refusal);
  }

  private outOf(resource: string, requested: number): Rejection {
    const used = resource === 'pods' ? this.load.podCount : this.load.requested(resource);
    const amounts = `requested: ${requested}, used: ${used}, capacity: ${this.load.allocatable(resource)}`;
    const message = `Pod was rejected: Node didn't have enough resource: ${resource}, ${amounts}`;
    return { reason: `OutOf${resource}`, message };
  }
}

/** Only taints that would evict the pod again count here. */
function checkEviction(pod: Pod, node: Node): Refusal | undefined {
  const found = untolerated(node.spec.taints ?? [], pod.spec.tolerations, ['NoExecute']);
  return found.length === 0 ? undefined : refusals.taints;
}

function rejected({ rule, reasons }: Refusal): Rejection {
  return { reason: rule, message: `Pod was rejected: Predicate ${rule} failed: ${reasons.join(', ')}` };
}
