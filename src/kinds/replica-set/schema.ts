import type { Namespaced } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import {
  always,
  int32,
  int64,
  listMap,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ReplicaSetSpec = object('io.k8s.api.apps.v1.ReplicaSetSpec', 'What is to run, and how many of it.', {
  replicas: optional(1, int32, 'How many pods are wanted; 1 unless given.'),
  minReadySeconds: nonzero(4, int32, 'How many seconds a pod must be ready to count as available.'),
  selector: required(2, LabelSelector, "Which pods belong to the set; must match the template's labels, and stays.", {
    nullable: true,
  }),
  template: always(3, PodTemplateSpec, 'What the pods are made from.'),
});
export interface ReplicaSetSpec extends Infer<typeof ReplicaSetSpec> {}

export const ReplicaSetCondition = object('io.k8s.api.apps.v1.ReplicaSetCondition', 'One verdict about a ReplicaSet.', {
  type: required(1, string, 'What is judged.'),
  status: required(2, string, 'True, False or Unknown.'),
  lastTransitionTime: always(3, timeOrNull, 'When the status last changed.'),
  reason: nonzero(4, string, 'One CamelCase word saying why.'),
  message: nonzero(5, string, 'The same for people.'),
});
export interface ReplicaSetCondition extends Infer<typeof ReplicaSetCondition> {}

export const ReplicaSetStatus = object('io.k8s.api.apps.v1.ReplicaSetStatus', 'What runs, in numbers of pods.', {
  replicas: required(1, int32, 'Pods that there are and that are not ending.'),
  fullyLabeledReplicas: nonzero(2, int32, "Those that have all labels of the set's template."),
  readyReplicas: nonzero(4, int32, 'Those that are ready.'),
  availableReplicas: nonzero(5, int32, 'Those that have been ready for minReadySeconds.'),
  terminatingReplicas: optional(7, int32, 'Pods that are ending.'),
  observedGeneration: nonzero(3, int64, 'The generation of the spec that these numbers are about.'),
  conditions: optional(6, listMap(ReplicaSetCondition, ['type'], 'type'), 'Verdicts by whoever makes them.'),
});
export interface ReplicaSetStatus extends Infer<typeof ReplicaSetStatus> {}

export const ReplicaSet = object(
  'io.k8s.api.apps.v1.ReplicaSet',
  'A number of pods that are all alike. Kept here, not run.',
  {
    ...objectFields,
    spec: always(2, ReplicaSetSpec, 'What is to run.'),
    status: always(3, ReplicaSetStatus, 'What does run; written by the system.'),
  },
);
export interface ReplicaSet extends Namespaced<Infer<typeof ReplicaSet>> {}
