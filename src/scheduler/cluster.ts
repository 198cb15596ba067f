import { keyOf } from '#kinds/meta/object.ts';
import type { Node } from '#kinds/node/schema.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Service } from '#kinds/service/schema.ts';
import { type Demand, demandOf } from '#placement/demand.ts';
import { NodeLoad } from '#placement/node-load.ts';
import type { StorageView } from '#placement/pod-claims.ts';
import type { NamespaceLabels } from '#placement/pod-terms.ts';
import type { BudgetsOf } from '#scheduler/budgets.ts';

/** The Services of a namespace. */
export type ServicesOf = (namespace: string) => readonly Service[];

/** What placement looks up beside nodes and pods. */
export interface ClusterViews {
  readonly namespaceLabels: NamespaceLabels;
  readonly budgetsOf: BudgetsOf;
  readonly servicesOf: ServicesOf;
  readonly storage: StorageView;
}

/** What the scheduler knows of the cluster: nodes with the pods on them, those included whose binding is still under way, and
 *  pods that have been promised a place. */
export class Cluster {
  /** The nodes there are, in the order they came. */
  readonly loads: NodeLoad[] = [];
  readonly namespaceLabels: NamespaceLabels;
  readonly budgetsOf: BudgetsOf;
  readonly servicesOf: ServicesOf;
  readonly storage: StorageView;
  private readonly byName = new Map<string, NodeLoad>();
  /** The node each counted pod is counted on. */
  private readonly places = new Map<string, NodeLoad>();
  private readonly assumed = new Set<string>();
  private readonly nominated = new Map<string, { readonly node: string; readonly demand: Demand }>();

  constructor({ namespaceLabels, budgetsOf, servicesOf, storage }: ClusterViews) {
    this.storage = storage;
    this.servicesOf = servicesOf;
    this.namespaceLabels = namespaceLabels;
    this.budgetsOf = budgetsOf;
  }

  load(name: string): NodeLoad | undefined {
    return this.byName.get(name);
  }

  setNode(node: Node): NodeLoad {
    const load = this.loadOf(node.metadata.name);
    if (load.node === undefined) this.loads.push(load);
    load.node = node;
    return load;
  }

  removeNode(name: string): void {
    const load = this.byName.get(name);
    if (load === undefined) return;
    load.node = undefined;
    this.loads.splice(this.loads.indexOf(load), 1);
    this.dropIfEmpty(load);
  }

  /** Takes in what is known of a pod: it occupies its node until it has ended. A pod without a node keeps the place assumed for
   *  it, if any. */
  setPod(pod: Pod): void {
    const key = keyOf(pod.metadata);
    const { nodeName = '' } = pod.spec;
    if (nodeName === '' && this.assumed.has(key) && !isTerminalPhase(pod.status.phase)) return;
    this.assumed.delete(key);
    if (nodeName === '' || isTerminalPhase(pod.status.phase)) this.vacate(key);
    else this.occupy(key, this.loadOf(nodeName), pod);
    const { nominatedNodeName = '' } = pod.status;
    if (nodeName === '' && nominatedNodeName !== '') this.nominate(pod, nominatedNodeName);
    else this.nominated.delete(key);
  }

  removePod(key: string): void {
    this.assumed.delete(key);
    this.nominated.delete(key);
    this.vacate(key);
  }

  /** Counts `pod` on a node it is about to be bound to. */
  assume(pod: Pod, load: NodeLoad): void {
    const key = keyOf(pod.metadata);
    this.assumed.add(key);
    this.nominated.delete(key);
    this.occupy(key, load, pod);
  }

  /** The binding failed: the place is free again, unless the pod turned out to be bound after all. */
  forget(key: string): void {
    if (this.assumed.delete(key)) this.vacate(key);
  }

  isAssumed(key: string): boolean {
    return this.assumed.has(key);
  }

  /** Promises `pod` the place that its victims leave. */
  nominate(pod: Pod, node: string): void {
    this.nominated.set(keyOf(pod.metadata), { node, demand: demandOf(pod) });
  }

  /** The node that the pod has been promised a place on. */
  nominationOf(key: string): NodeLoad | undefined {
    return this.byName.get(this.nominated.get(key)?.node ?? '');
  }

  /** The pods that have been promised a place on the node of that name. */
  nominatedOn(name: string): readonly string[] {
    return [...this.nominated].filter(([, { node }]) => node === name).map(([key]) => key);
  }

  /** Takes back the places promised on the node to pods less important than `pod`; answers with those pods. */
  withdrawNominations(load: NodeLoad, pod: Pod): readonly Pod[] {
    const withdrawn: Pod[] = [];
    for (const [key, { node, demand }] of this.nominated) {
      if (node !== load.name || priorityOf(demand.pod) >= priorityOf(pod)) continue;
      this.nominated.delete(key);
      withdrawn.push(demand.pod);
    }
    return withdrawn;
  }

  /** The node with the pods added that have been promised a place there and are at least as important as `demand`; undefined
   *  when there are none. */
  withNominated(load: NodeLoad, demand: Demand): NodeLoad | undefined {
    if (this.nominated.size === 0) return undefined;
    const own = keyOf(demand.pod.metadata);
    let copy: NodeLoad | undefined;
    for (const [key, { node, demand: other }] of this.nominated) {
      if (node !== load.name || key === own || priorityOf(other.pod) < priorityOf(demand.pod)) continue;
      copy ??= load.without(() => false);
      copy.add(key, other);
    }
    return copy;
  }

  private loadOf(name: string): NodeLoad {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const load = new NodeLoad(name, undefined);
    this.byName.set(name, load);
    return load;
  }

  private occupy(key: string, load: NodeLoad, pod: Pod): void {
    const before = this.places.get(key);
    if (before !== undefined && before !== load) this.vacate(key);
    this.places.set(key, load);
    load.add(key, demandOf(pod));
  }

  private vacate(key: string): void {
    const load = this.places.get(key);
    if (load === undefined) return;
    this.places.delete(key);
    load.remove(key);
    this.dropIfEmpty(load);
  }

  private dropIfEmpty(load: NodeLoad): void {
    if (load.node === undefined && load.podCount === 0) this.byName.delete(load.name);
  }
}

export function priorityOf(pod: Pod): number {
  return pod.spec.priority ?? 0;
}
