import type { Millis } from '#base/units.ts';
import { setCondition } from '#kinds/meta/conditions.ts';
import type { New } from '#kinds/meta/object.ts';
import { canonicalQuantity, compareQuantities, quantityValue, subtractQuantities } from '#kinds/meta/quantity.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { directoryAnnotation } from '#kinds/node/annotations.ts';
import type { Node, NodeCondition, NodeStatus } from '#kinds/node/schema.ts';
import type { Machine } from '#node/registration/machine.ts';

type ResourceList = { readonly [resource: string]: string };

/** What this node says about itself, beside the time. */
export interface NodeFacts {
  readonly name: string;
  readonly machine: Machine;
  /** Overrides of what the machine has, by resource. */
  readonly capacity: ResourceList;
  readonly labels: { readonly [key: string]: string };
  /** Where it keeps the directories of volumes; undefined if its pods have no files. */
  readonly volumes?: string | undefined;
  /** Such as "process://0.1.0". */
  readonly runtimeVersion: string;
  /** Such as "v1.36.2": clients look at it to know what the node can do. */
  readonly kubeletVersion: string;
  /** Where logs and streams of this node are served over HTTPS; 0 where the API server asks the node directly. */
  readonly port: number;
}

/** Memory that upstream's eviction keeps free, and that pods are therefore not given. */
const memoryKept = '100Mi';
const podsMax = '110';

/** What the machine has, with the overrides. */
export function capacityOf({ machine, capacity }: NodeFacts): ResourceList {
  const found = {
    cpu: String(machine.cpus),
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    'ephemeral-storage': `${Math.floor(machine.diskBytes / 1024)}Ki`,
    pods: podsMax,
  };
  // As the API writes them, or every look would find a difference.
  const entries = Object.entries({ ...found, ...capacity });
  return Object.fromEntries(entries.map(([name, amount]) => [name, canonicalQuantity(amount)]));
}

/** Capacity less what the machine needs for itself: 100 MiB of memory, a tenth of the disk (spec: node-agent.md section 25). */
export function allocatableOf(facts: NodeFacts): ResourceList {
  const capacity = capacityOf(facts);
  const { memory = '0', 'ephemeral-storage': disk = '0' } = capacity;
  const memoryLeft = compareQuantities(memory, memoryKept) > 0 ? subtractQuantities(memory, memoryKept) : '0';
  const tenth = `${Math.ceil(quantityValue(disk) / 10 / 1024)}Ki`;
  return { ...capacity, memory: memoryLeft, 'ephemeral-storage': subtractQuantities(disk, tenth) };
}

/** The labels every node has (spec: nodes-and-scheduling.md section 2.2). */
export function labelsOf({ name, machine, labels }: NodeFacts): { readonly [key: string]: string } {
  const { operatingSystem: os, architecture: arch } = machine;
  return {
    ...labels,
    'beta.kubernetes.io/arch': arch,
    'beta.kubernetes.io/os': os,
    'kubernetes.io/arch': arch,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': os,
  };
}

const attachAnnotation = 'volumes.kubernetes.io/controller-managed-attach-detach';

function annotationsOf({ volumes }: NodeFacts): ResourceList {
  return { [attachAnnotation]: 'true', ...(volumes === undefined ? {} : { [directoryAnnotation]: volumes }) };
}

/** The object to register with. */
export function newNode(facts: NodeFacts, now: Millis): New<Node> {
  return {
    metadata: { name: facts.name, labels: labelsOf(facts), annotations: annotationsOf(facts) },
    spec: {},
    status: statusOf(facts, undefined, now),
  };
}

/** A change that gives an existing node our labels and annotation; undefined when it has them. What users set stays. */
export function metadataChange(node: Node, facts: NodeFacts): object | undefined {
  const labels = missing(labelsOf(facts), node.metadata.labels);
  const annotations = missing(annotationsOf(facts), node.metadata.annotations);
  if (labels === undefined && annotations === undefined) return undefined;
  return { metadata: { ...(labels && { labels }), ...(annotations && { annotations }) } };
}

function missing(wanted: ResourceList, present: ResourceList = {}): ResourceList | undefined {
  const entries = Object.entries(wanted).filter(([key, value]) => present[key] !== value);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The status of a healthy node: `old` with our fields renewed; flip times of conditions are kept. */
export function statusOf(facts: NodeFacts, old: NodeStatus | undefined, now: Millis): NodeStatus {
  const { name, machine, runtimeVersion, kubeletVersion, port } = facts;
  return {
    ...old,
    capacity: capacityOf(facts),
    allocatable: allocatableOf(facts),
    conditions: conditionsOf(old?.conditions ?? [], now),
    addresses: [
      { type: 'InternalIP', address: machine.ip },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      machineID: machine.machineId,
      systemUUID: machine.machineId,
      bootID: machine.bootId,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: runtimeVersion,
      kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem: machine.operatingSystem,
      architecture: machine.architecture,
    },
  };
}

/** Upstream's conditions with upstream's words, Ready last (spec: nodes-and-scheduling.md section 2.3). */
const healthy = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

function conditionsOf(old: readonly NodeCondition[], now: Millis): readonly NodeCondition[] {
  const time = timestamp(now);
  let conditions = old;
  for (const [type, status, reason, message] of healthy) {
    const condition = { type, status, lastHeartbeatTime: time, lastTransitionTime: time, reason, message };
    conditions = setCondition(conditions, condition);
  }
  return conditions;
}
