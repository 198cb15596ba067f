import { LabelSelector } from '#kinds/meta/schema.ts';
import { int32, int64, list, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const NodeSelectorRequirement = object('io.k8s.api.core.v1.NodeSelectorRequirement', '', {
  key: required(1, string),
  operator: required(2, string, '', { values: ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'] }),
  values: optional(3, list(string)),
});
export interface NodeSelectorRequirement extends Infer<typeof NodeSelectorRequirement> {}

export const NodeSelectorTerm = object(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  '',
  {
    matchExpressions: optional(1, list(NodeSelectorRequirement)),
    matchFields: optional(2, list(NodeSelectorRequirement)),
  },
  { atomic: true },
);
export interface NodeSelectorTerm extends Infer<typeof NodeSelectorTerm> {}

export const NodeSelector = object(
  'io.k8s.api.core.v1.NodeSelector',
  '',
  {
    nodeSelectorTerms: required(1, list(NodeSelectorTerm)),
  },
  { atomic: true },
);
export interface NodeSelector extends Infer<typeof NodeSelector> {}

export const PreferredSchedulingTerm = object('io.k8s.api.core.v1.PreferredSchedulingTerm', '', {
  weight: required(1, int32),
  preference: required(2, NodeSelectorTerm),
});
export interface PreferredSchedulingTerm extends Infer<typeof PreferredSchedulingTerm> {}

export const NodeAffinity = object('io.k8s.api.core.v1.NodeAffinity', '', {
  requiredDuringSchedulingIgnoredDuringExecution: optional(1, NodeSelector),
  preferredDuringSchedulingIgnoredDuringExecution: optional(2, list(PreferredSchedulingTerm)),
});
export interface NodeAffinity extends Infer<typeof NodeAffinity> {}

export const PodAffinityTerm = object('io.k8s.api.core.v1.PodAffinityTerm', '', {
  labelSelector: optional(1, LabelSelector),
  namespaces: optional(2, list(string)),
  topologyKey: required(3, string),
  namespaceSelector: optional(4, LabelSelector),
  matchLabelKeys: optional(5, list(string)),
  mismatchLabelKeys: optional(6, list(string)),
});
export interface PodAffinityTerm extends Infer<typeof PodAffinityTerm> {}

export const WeightedPodAffinityTerm = object('io.k8s.api.core.v1.WeightedPodAffinityTerm', '', {
  weight: required(1, int32),
  podAffinityTerm: required(2, PodAffinityTerm),
});
export interface WeightedPodAffinityTerm extends Infer<typeof WeightedPodAffinityTerm> {}

export const PodAffinity = object('io.k8s.api.core.v1.PodAffinity', '', {
  requiredDuringSchedulingIgnoredDuringExecution: optional(1, list(PodAffinityTerm)),
  preferredDuringSchedulingIgnoredDuringExecution: optional(2, list(WeightedPodAffinityTerm)),
});
export interface PodAffinity extends Infer<typeof PodAffinity> {}

export const PodAntiAffinity = object('io.k8s.api.core.v1.PodAntiAffinity', '', {
  requiredDuringSchedulingIgnoredDuringExecution: optional(1, list(PodAffinityTerm)),
  preferredDuringSchedulingIgnoredDuringExecution: optional(2, list(WeightedPodAffinityTerm)),
});
export interface PodAntiAffinity extends Infer<typeof PodAntiAffinity> {}

export const Affinity = object('io.k8s.api.core.v1.Affinity', '', {
  nodeAffinity: optional(1, NodeAffinity),
  podAffinity: optional(2, PodAffinity),
  podAntiAffinity: optional(3, PodAntiAffinity),
});
export interface Affinity extends Infer<typeof Affinity> {}

export const PodSchedulingGate = object('io.k8s.api.core.v1.PodSchedulingGate', '', {
  name: required(1, string),
});
export interface PodSchedulingGate extends Infer<typeof PodSchedulingGate> {}

export const PodSchedulingGroup = object(
  'io.k8s.api.core.v1.PodSchedulingGroup',
  '',
  {
    podGroupName: optional(1, string),
  },
  { unions: [{ fields: { podGroupName: 'PodGroupName' } }] },
);
export interface PodSchedulingGroup extends Infer<typeof PodSchedulingGroup> {}

export const Toleration = object('io.k8s.api.core.v1.Toleration', '', {
  key: nonzero(1, string),
  operator: nonzero(2, string, '', { values: ['Equal', 'Exists', 'Gt', 'Lt'] }),
  value: nonzero(3, string),
  effect: nonzero(4, string, '', { values: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'] }),
  tolerationSeconds: optional(5, int64),
});
export interface Toleration extends Infer<typeof Toleration> {}

export const TopologySpreadConstraint = object('io.k8s.api.core.v1.TopologySpreadConstraint', '', {
  maxSkew: required(1, int32),
  topologyKey: required(2, string),
  whenUnsatisfiable: required(3, string, '', { values: ['DoNotSchedule', 'ScheduleAnyway'] }),
  labelSelector: optional(4, LabelSelector),
  minDomains: optional(5, int32),
  nodeAffinityPolicy: optional(6, string, '', { values: ['Honor', 'Ignore'] }),
  nodeTaintsPolicy: optional(7, string, '', { values: ['Honor', 'Ignore'] }),
  matchLabelKeys: optional(8, list(string)),
});
export interface TopologySpreadConstraint extends Infer<typeof TopologySpreadConstraint> {}
