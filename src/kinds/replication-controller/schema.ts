import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import {
  always,
  int32,
  int64,
  listMap,
  map,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ReplicationControllerSpec = object(
  'io.k8s.api.core.v1.ReplicationControllerSpec',
  'What is to run, and how many of it.',
  {
    replicas: optional(1, int32, 'How many pods are wanted; 1 unless given.', { default: 1 }),
    minReadySeconds: nonzero(4, int32, 'How many seconds a pod must be ready to count as available.', {
      zeroDefault: true,
    }),
    selector: optional(
      2,
      map(string, { atomic: true }),
      "Which pods belong to it: those with all these labels; the template's labels unless given.",
    ),
    template: optional(3, PodTemplateSpec, 'What the pods are made from.'),
  },
);
export interface ReplicationControllerSpec extends Infer<typeof ReplicationControllerSpec> {}

export const ReplicationControllerCondition = object(
  'io.k8s.api.core.v1.ReplicationControllerCondition',
  'One verdict about a ReplicationController.',
  {
    type: required(1, string, 'What is judged.'),
    status: required(2, string, 'True, False or Unknown.'),
    lastTransitionTime: always(3, timeOrNull, 'When the status last changed.'),
    reason: nonzero(4, string, 'One CamelCase word saying why.'),
    message: nonzero(5, string, 'The same for people.'),
  },
);
export interface ReplicationControllerCondition extends Infer<typeof ReplicationControllerCondition> {}

export const ReplicationControllerStatus = object(
  'io.k8s.api.core.v1.ReplicationControllerStatus',
  'What runs, in numbers of pods.',
  {
    replicas: required(1, int32, 'Pods that there are.'),
    fullyLabeledReplicas: nonzero(2, int32, 'Those that have all labels of the template.'),
    readyReplicas: nonzero(4, int32, 'Those that are ready.'),
    availableReplicas: nonzero(5, int32, 'Those that have been ready for minReadySeconds.'),
    observedGeneration: nonzero(3, int64, 'The generation of the spec that these numbers are about.'),
    conditions: optional(
      6,
      listMap(ReplicationControllerCondition, ['type'], 'type'),
      'Verdicts by whoever makes them.',
    ),
  },
);
export interface ReplicationControllerStatus extends Infer<typeof ReplicationControllerStatus> {}

export const ReplicationController = object(
  'io.k8s.api.core.v1.ReplicationController',
  'A number of pods that are all alike, in the way before ReplicaSets. Kept here, not run.',
  {
    ...objectFields,
    spec: always(2, ReplicationControllerSpec, 'What is to run.'),
    status: always(3, ReplicationControllerStatus, 'What does run; written by the system.'),
  },
);
export interface ReplicationController extends Namespaced<Infer<typeof ReplicationController>> {}
