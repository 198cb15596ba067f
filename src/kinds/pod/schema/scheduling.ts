import { LabelSelector } from '#kinds/meta/schema.ts';
import { int32, int64, list, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const NodeSelectorRequirement = object(
  'io.k8s.api.core.v1.NodeSelectorRequirement',
  'One requirement on nodes.',
  {
    key: required(1, string, 'The label or field.'),
    operator: required(2, string, 'In, NotIn, Exists, DoesNotExist, Gt or Lt.', {
      values: ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'],
    }),
    values: optional(3, list(string), 'The values to compare with; one number for Gt and Lt.'),
  },
);
export interface NodeSelectorRequirement extends Infer<typeof NodeSelectorRequirement> {}

export const NodeSelectorTerm = object(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  'Nodes that fit all the requirements.',
  {
    matchExpressions: optional(1, list(NodeSelectorRequirement), 'Requirements on labels.'),
    matchFields: optional(2, list(NodeSelectorRequirement), 'Requirements on fields; only metadata.name is known.'),
  },
  { atomic: true },
);
export interface NodeSelectorTerm extends Infer<typeof NodeSelectorTerm> {}

export const NodeSelector = object(
  'io.k8s.api.core.v1.NodeSelector',
  'Nodes that fit at least one of the terms.',
  {
    nodeSelectorTerms: required(1, list(NodeSelectorTerm), 'The terms; one that fits is enough.'),
  },
  { atomic: true },
);
export interface NodeSelector extends Infer<typeof NodeSelector> {}

export const PreferredSchedulingTerm = object('io.k8s.api.core.v1.PreferredSchedulingTerm', 'A wish for some nodes.', {
  weight: required(1, int32, 'How much it counts, from 1 to 100.'),
  preference: required(2, NodeSelectorTerm, 'The nodes.'),
});
export interface PreferredSchedulingTerm extends Infer<typeof PreferredSchedulingTerm> {}

export const NodeAffinity = object('io.k8s.api.core.v1.NodeAffinity', 'Which nodes a pod wants.', {
  requiredDuringSchedulingIgnoredDuringExecution: optional(
    1,
    NodeSelector,
    'What a node must be like to be considered.',
  ),
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    2,
    list(PreferredSchedulingTerm),
    'What a node is better for being like.',
  ),
});
export interface NodeAffinity extends Infer<typeof NodeAffinity> {}

export const PodAffinityTerm = object('io.k8s.api.core.v1.PodAffinityTerm', 'Some pods, and what near means.', {
  labelSelector: optional(1, LabelSelector, 'The pods, by their labels.'),
  namespaces: optional(2, list(string), "Where to look for them; the pod's own namespace unless given."),
  topologyKey: required(3, string, 'The node label whose equal values mean near.'),
  namespaceSelector: optional(4, LabelSelector, 'Namespaces to look in, by their labels.'),
  matchLabelKeys: optional(5, list(string), 'Labels in which the pods must equal this one.'),
  mismatchLabelKeys: optional(6, list(string), 'Labels in which the pods must differ from this one.'),
});
export interface PodAffinityTerm extends Infer<typeof PodAffinityTerm> {}

export const WeightedPodAffinityTerm = object(
  'io.k8s.api.core.v1.WeightedPodAffinityTerm',
  'A wish to be near some pods.',
  {
    weight: required(1, int32, 'How much it counts, from 1 to 100.'),
    podAffinityTerm: required(2, PodAffinityTerm, 'The pods, and what near means.'),
  },
);
export interface WeightedPodAffinityTerm extends Infer<typeof WeightedPodAffinityTerm> {}

export const PodAffinity = object('io.k8s.api.core.v1.PodAffinity', 'Which pods a pod wants to be near.', {
  requiredDuringSchedulingIgnoredDuringExecution: optional(1, list(PodAffinityTerm), 'Pods that must be near.'),
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    2,
    list(WeightedPodAffinityTerm),
    'Pods that had better be near.',
  ),
});
export interface PodAffinity extends Infer<typeof PodAffinity> {}

export const PodAntiAffinity = object('io.k8s.api.core.v1.PodAntiAffinity', 'Which pods a pod wants to be away from.', {
  requiredDuringSchedulingIgnoredDuringExecution: optional(1, list(PodAffinityTerm), 'Pods that must not be near.'),
  preferredDuringSchedulingIgnoredDuringExecution: optional(
    2,
    list(WeightedPodAffinityTerm),
    'Pods that had better not be near.',
  ),
});
export interface PodAntiAffinity extends Infer<typeof PodAntiAffinity> {}

export const Affinity = object('io.k8s.api.core.v1.Affinity', 'Which nodes and neighbours a pod wants or avoids.', {
  nodeAffinity: optional(1, NodeAffinity, 'Which nodes it wants.'),
  podAffinity: optional(2, PodAffinity, 'Which pods it wants to be near.'),
  podAntiAffinity: optional(3, PodAntiAffinity, 'Which pods it wants to be away from.'),
});
export interface Affinity extends Infer<typeof Affinity> {}

export const PodSchedulingGate = object(
  'io.k8s.api.core.v1.PodSchedulingGate',
  'Something that holds up the placing of a pod.',
  {
    name: required(1, string, 'Its name; remove the entry to let the pod go on.'),
  },
);
export interface PodSchedulingGate extends Infer<typeof PodSchedulingGate> {}

export const PodSchedulingGroup = object(
  'io.k8s.api.core.v1.PodSchedulingGroup',
  'A group of pods that are placed together.',
  {
    podGroupName: optional(1, string, 'The name of the group.'),
  },
  { unions: [{ fields: { podGroupName: 'PodGroupName' } }] },
);
export interface PodSchedulingGroup extends Infer<typeof PodSchedulingGroup> {}

export const Toleration = object('io.k8s.api.core.v1.Toleration', 'A taint that a pod puts up with.', {
  key: nonzero(1, string, "The taint's key; empty with Exists fits every taint."),
  operator: nonzero(2, string, 'Exists or Equal; Equal unless given.', { values: ['Equal', 'Exists', 'Gt', 'Lt'] }),
  value: nonzero(3, string, "The taint's value, for Equal."),
  effect: nonzero(4, string, "The taint's effect; empty fits all.", {
    values: ['NoExecute', 'NoSchedule', 'PreferNoSchedule'],
  }),
  tolerationSeconds: optional(5, int64, 'Seconds it puts up with a NoExecute taint; for ever unless given.'),
});
export interface Toleration extends Infer<typeof Toleration> {}

export const TopologySpreadConstraint = object(
  'io.k8s.api.core.v1.TopologySpreadConstraint',
  'How a pod is to be spread with its likes.',
  {
    maxSkew: required(1, int32, 'By how many pods two places may differ.'),
    topologyKey: required(2, string, 'The node label whose values are the places.'),
    whenUnsatisfiable: required(3, string, 'DoNotSchedule or ScheduleAnyway.', {
      values: ['DoNotSchedule', 'ScheduleAnyway'],
    }),
    labelSelector: optional(4, LabelSelector, 'Its likes, by their labels.'),
    minDomains: optional(5, int32, 'The fewest places to spread over.'),
    nodeAffinityPolicy: optional(6, string, 'Whether nodes it cannot run on count; Honor leaves them out.', {
      values: ['Honor', 'Ignore'],
    }),
    nodeTaintsPolicy: optional(7, string, 'Whether tainted nodes count; Ignore counts them.', {
      values: ['Honor', 'Ignore'],
    }),
    matchLabelKeys: optional(8, list(string), 'Labels in which its likes must equal it.'),
  },
);
export interface TopologySpreadConstraint extends Infer<typeof TopologySpreadConstraint> {}
