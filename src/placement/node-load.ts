import type { Node } from '#kinds/node/schema.ts';
import type { Demand } from '#placement/demand.ts';
import { type HostPort, portsClash } from '#placement/host-ports.ts';
import { type Amounts, amountsOf } from '#placement/resources.ts';

/** One node and the pods that occupy it: their sums are kept as pods come and go. */
export class NodeLoad {
  readonly name: string;
  private current: Node | undefined;
  private capacity: Amounts = new Map();
  private readonly occupants = new Map<string, Demand>();
  private readonly sums = new Map<string, number>();
  private ports: HostPort[] = [];
  cpuScored = 0;
  memoryScored = 0;
  /** How many of the pods have terms about other pods. */
  picky = 0;

  /** `node` may be missing: pods can be bound to a node that is not (or no longer) there. */
  constructor(name: string, node: Node | undefined) {
    this.name = name;
    this.node = node;
  }

  get node(): Node | undefined {
    return this.current;
  }

  set node(node: Node | undefined) {
    this.current = node;
    this.capacity = amountsOf(node?.status.allocatable);
  }

  get pods(): Iterable<Demand> {
    return this.occupants.values();
  }

  get podCount(): number {
    return this.occupants.size;
  }

  allocatable(resource: string): number {
    return this.capacity.get(resource) ?? 0;
  }

  requested(resource: string): number {
    return this.sums.get(resource) ?? 0;
  }

  /** Counts a pod, in place of an earlier version of it. */
  add(key: string, demand: Demand): void {
    this.remove(key);
    this.occupants.set(key, demand);
    this.count(demand, 1);
    this.ports.push(...demand.ports);
  }

  /** Whether the pod was there. */
  remove(key: string): boolean {
    const demand = this.occupants.get(key);
    if (demand === undefined) return false;
    this.occupants.delete(key);
    this.count(demand, -1);
    if (demand.ports.length > 0) this.ports = [...this.occupants.values()].flatMap((other) => other.ports);
    return true;
  }

  /** Whether a port the pod wants is taken. */
  clashes(wanted: readonly HostPort[]): boolean {
    return wanted.length > 0 && this.ports.some((taken) => wanted.some((port) => portsClash(port, taken)));
  }

  /** The same node without the pods that `leaves` names. */
  without(leaves: (demand: Demand) => boolean): NodeLoad {
    const rest = new NodeLoad(this.name, this.node);
    for (const [key, demand] of this.occupants) if (!leaves(demand)) rest.add(key, demand);
    return rest;
  }

  private count(demand: Demand, sign: 1 | -1): void {
    for (const [resource, amount] of demand.requests) {
      this.sums.set(resource, (this.sums.get(resource) ?? 0) + sign * amount);
    }
    this.cpuScored += sign * demand.scored.cpu;
    this.memoryScored += sign * demand.scored.memory;
    const { required, requiredAnti, preferred } = demand.neighbours;
    if (required.length + requiredAnti.length + preferred.length > 0) this.picky += sign;
  }
}
