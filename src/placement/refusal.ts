/** The rules a node is checked by, under upstream's names (spec: nodes-and-scheduling.md section 7.4). */
export type Rule =
  | 'NodeUnschedulable'
  | 'NodeName'
  | 'TaintToleration'
  | 'NodeAffinity'
  | 'NodePorts'
  | 'NodeResourcesFit'
  | 'VolumeRestrictions'
  | 'VolumeBinding'
  | 'VolumeZone'
  | 'PodTopologySpread'
  | 'InterPodAffinity';

/** Why a pod may not run on a node. */
export interface Refusal {
  readonly rule: Rule;
  /** In upstream's words, one or more. */
  readonly reasons: readonly string[];
  /** Whether removing pods from the node could change it. */
  readonly evictionHelps: boolean;
}

const refusal = (rule: Rule, reason: string, evictionHelps: boolean): Refusal => ({
  rule,
  reasons: [reason],
  evictionHelps,
});

/** Those that depend on nothing; resources are refused with what is missing. */
export const refusals = {
  unschedulable: refusal('NodeUnschedulable', 'node(s) were unschedulable', false),
  name: refusal('NodeName', "node(s) didn't match the requested node name", false),
  taints: refusal('TaintToleration', 'node(s) had untolerated taint(s)', false),
  affinity: refusal('NodeAffinity', "node(s) didn't match Pod's node affinity/selector", false),
  notNamed: refusal('NodeAffinity', "node(s) didn't satisfy plugin(s) [NodeAffinity]", false),
  ports: refusal('NodePorts', "node(s) didn't have free ports for the requested pod ports", true),
  claimTaken: refusal(
    'VolumeRestrictions',
    'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
    true,
  ),
  volumeZone: refusal('VolumeZone', 'node(s) had no available volume zone', false),
  volumeConflict: refusal('VolumeBinding', 'node(s) had volume node affinity conflict', false),
  volumeMissing: refusal(
    'VolumeBinding',
    'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
    false,
  ),
  volumeNone: refusal('VolumeBinding', "node(s) didn't find available persistent volumes to bind", false),
  spread: refusal('PodTopologySpread', "node(s) didn't match pod topology spread constraints", true),
  spreadLabel: refusal(
    'PodTopologySpread',
    "node(s) didn't match pod topology spread constraints (missing required label)",
    false,
  ),
  podAffinity: refusal('InterPodAffinity', "node(s) didn't match pod affinity rules", false),
  podAntiAffinity: refusal('InterPodAffinity', "node(s) didn't match pod anti-affinity rules", true),
  existingAntiAffinity: refusal('InterPodAffinity', "node(s) didn't satisfy existing pods anti-affinity rules", true),
} as const;
