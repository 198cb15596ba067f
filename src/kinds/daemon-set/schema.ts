import type { Namespaced } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import {
  always,
  int32,
  int64,
  intOrString,
  listMap,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const RollingUpdateDaemonSet = object(
  'io.k8s.api.apps.v1.RollingUpdateDaemonSet',
  'How fast a new template is rolled out. Exactly one of the two is not zero.',
  {
    maxUnavailable: optional(
      1,
      intOrString,
      'How many nodes may be without an available pod meanwhile, as a number or a share of them; 1 unless given.',
    ),
    maxSurge: optional(
      2,
      intOrString,
      'How many nodes may have a new pod beside the old one meanwhile, as a number or a share of them; 0 unless given.',
    ),
  },
);
export interface RollingUpdateDaemonSet extends Infer<typeof RollingUpdateDaemonSet> {}

export const DaemonSetUpdateStrategy = object(
  'io.k8s.api.apps.v1.DaemonSetUpdateStrategy',
  'How pods of an old template give way to those of a new one.',
  {
    type: nonzero(1, string, 'RollingUpdate replaces them step by step, OnDelete only when they are deleted.', {
      values: ['OnDelete', 'RollingUpdate'],
    }),
    rollingUpdate: optional(2, RollingUpdateDaemonSet, 'The pace of a RollingUpdate.'),
  },
);
export interface DaemonSetUpdateStrategy extends Infer<typeof DaemonSetUpdateStrategy> {}

export const DaemonSetSpec = object('io.k8s.api.apps.v1.DaemonSetSpec', 'What is to run on each node.', {
  selector: required(1, LabelSelector, "Which pods belong to the set; must match the template's labels, and stays.", {
    nullable: true,
  }),
  template: required(2, PodTemplateSpec, 'What the pods are made from, one on every node it fits.'),
  updateStrategy: always(3, DaemonSetUpdateStrategy, 'How a change of the template reaches the pods that run.'),
  minReadySeconds: nonzero(4, int32, 'How many seconds a pod must be ready to count as available.'),
  revisionHistoryLimit: optional(6, int32, 'How many old templates are kept to go back to; 10 unless given.'),
});
export interface DaemonSetSpec extends Infer<typeof DaemonSetSpec> {}

export const DaemonSetCondition = object('io.k8s.api.apps.v1.DaemonSetCondition', 'One verdict about a DaemonSet.', {
  type: required(1, string, 'What is judged.'),
  status: required(2, string, 'True, False or Unknown.'),
  lastTransitionTime: always(3, timeOrNull, 'When the status last changed.'),
  reason: nonzero(4, string, 'One CamelCase word saying why.'),
  message: nonzero(5, string, 'The same for people.'),
});
export interface DaemonSetCondition extends Infer<typeof DaemonSetCondition> {}

export const DaemonSetStatus = object('io.k8s.api.apps.v1.DaemonSetStatus', 'What runs where, in numbers of nodes.', {
  currentNumberScheduled: required(1, int32, 'Nodes that should run a pod and have one.'),
  numberMisscheduled: required(2, int32, 'Nodes that have a pod and should not.'),
  desiredNumberScheduled: required(3, int32, 'Nodes that should run a pod.'),
  numberReady: required(4, int32, 'Nodes that should run a pod and have one that is ready.'),
  observedGeneration: nonzero(5, int64, 'The generation of the spec that these numbers are about.'),
  updatedNumberScheduled: nonzero(6, int32, 'Nodes that run a pod of the newest template.'),
  numberAvailable: nonzero(7, int32, 'Nodes whose pod has been ready for minReadySeconds.'),
  numberUnavailable: nonzero(8, int32, 'Nodes that should run a pod and have none that is available.'),
  collisionCount: optional(9, int32, 'How often the name of a new revision was taken by another one.'),
  conditions: optional(10, listMap(DaemonSetCondition, ['type'], 'type'), 'Verdicts by whoever makes them.'),
});
export interface DaemonSetStatus extends Infer<typeof DaemonSetStatus> {}

export const DaemonSet = object('io.k8s.api.apps.v1.DaemonSet', 'A pod on every node, or on every node of a kind.', {
  ...objectFields,
  spec: always(2, DaemonSetSpec, 'What is to run.'),
  status: always(3, DaemonSetStatus, 'What does run; written by the system.'),
});
export interface DaemonSet extends Namespaced<Infer<typeof DaemonSet>> {}
