import type { Namespaced } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import {
  always,
  int32,
  int64,
  intOrString,
  list,
  listMap,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const RollingUpdateStatefulSetStrategy = object(
  'io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy',
  'How far a new template is rolled out, and how fast.',
  {
    partition: optional(1, int32, 'Pods with a lower number keep the old template; 0 unless given.'),
    maxUnavailable: optional(
      2,
      intOrString,
      'How many pods may be missing meanwhile; known, and not kept at this level of Kubernetes.',
    ),
  },
);
export interface RollingUpdateStatefulSetStrategy extends Infer<typeof RollingUpdateStatefulSetStrategy> {}

export const StatefulSetUpdateStrategy = object(
  'io.k8s.api.apps.v1.StatefulSetUpdateStrategy',
  'How pods of an old template give way to those of a new one.',
  {
    type: nonzero(1, string, 'RollingUpdate replaces them one by one, OnDelete only when they are deleted.', {
      values: ['OnDelete', 'RollingUpdate'],
    }),
    rollingUpdate: optional(2, RollingUpdateStatefulSetStrategy, 'The extent of a RollingUpdate.'),
  },
);
export interface StatefulSetUpdateStrategy extends Infer<typeof StatefulSetUpdateStrategy> {}

export const ClaimRetentionPolicy = object(
  'io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy',
  'What becomes of claims that were made for pods.',
  {
    whenDeleted: nonzero(1, string, 'When the set goes: they stay (Retain) or go too (Delete).', {
      values: ['Delete', 'Retain'],
    }),
    whenScaled: nonzero(2, string, 'When their pod is no longer wanted: they stay (Retain) or go too (Delete).', {
      values: ['Delete', 'Retain'],
    }),
  },
);
export interface ClaimRetentionPolicy extends Infer<typeof ClaimRetentionPolicy> {}

export const StatefulSetOrdinals = object(
  'io.k8s.api.apps.v1.StatefulSetOrdinals',
  'How the pods of a set are numbered.',
  { start: always(1, int32, 'The number of the first pod.') },
);

export const StatefulSetSpec = object('io.k8s.api.apps.v1.StatefulSetSpec', 'What is to run, and how many of it.', {
  replicas: optional(1, int32, 'How many pods are wanted; 1 unless given.'),
  selector: required(2, LabelSelector, "Which pods belong to the set; must match the template's labels, and stays.", {
    nullable: true,
  }),
  template: required(3, PodTemplateSpec, 'What the pods are made from; each gets a number, which stays its own.'),
  volumeClaimTemplates: optional(
    4,
    list(PersistentVolumeClaim),
    'What claims to storage each pod gets; it mounts them by their names. They stay as they are.',
  ),
  serviceName: always(5, string, 'The service under which the pods have host names of their own.'),
  podManagementPolicy: nonzero(6, string, 'OrderedReady starts pods one after the other, Parallel all at once.', {
    values: ['OrderedReady', 'Parallel'],
  }),
  updateStrategy: always(7, StatefulSetUpdateStrategy, 'How a change of the template reaches the pods that run.'),
  revisionHistoryLimit: optional(8, int32, 'How many old templates are kept to go back to; 10 unless given.'),
  minReadySeconds: nonzero(9, int32, 'How many seconds a pod must be ready to count as available.'),
  persistentVolumeClaimRetentionPolicy: optional(10, ClaimRetentionPolicy, 'What becomes of claims of pods that go.'),
  ordinals: optional(11, StatefulSetOrdinals, 'How the pods are numbered; from 0 on unless given.'),
});
export interface StatefulSetSpec extends Infer<typeof StatefulSetSpec> {}

export const StatefulSetCondition = object(
  'io.k8s.api.apps.v1.StatefulSetCondition',
  'One verdict about a StatefulSet.',
  {
    type: required(1, string, 'What is judged.'),
    status: required(2, string, 'True, False or Unknown.'),
    lastTransitionTime: always(3, timeOrNull, 'When the status last changed.'),
    reason: nonzero(4, string, 'One CamelCase word saying why.'),
    message: nonzero(5, string, 'The same for people.'),
  },
);

export const StatefulSetStatus = object('io.k8s.api.apps.v1.StatefulSetStatus', 'What runs, in numbers of pods.', {
  observedGeneration: nonzero(1, int64, 'The generation of the spec that these numbers are about.'),
  replicas: required(2, int32, 'Pods that there are.'),
  readyReplicas: nonzero(3, int32, 'Those that are ready.'),
  currentReplicas: nonzero(4, int32, 'Those of the template of currentRevision.'),
  updatedReplicas: nonzero(5, int32, 'Those of the template of updateRevision.'),
  currentRevision: nonzero(6, string, 'The version of the template that pods had before the update.'),
  updateRevision: nonzero(7, string, 'The newest version of the template.'),
  collisionCount: optional(9, int32, 'How often the name of a new revision was taken by another one.'),
  conditions: optional(10, listMap(StatefulSetCondition, ['type'], 'type'), 'Verdicts by whoever makes them.'),
  availableReplicas: always(11, int32, 'Those that have been ready for minReadySeconds.'),
});
export interface StatefulSetStatus extends Infer<typeof StatefulSetStatus> {}

export const StatefulSet = object(
  'io.k8s.api.apps.v1.StatefulSet',
  'Numbered pods, each with a name and storage that stay its own. Kept here, not run.',
  {
    ...objectFields,
    spec: always(2, StatefulSetSpec, 'What is to run.'),
    status: always(3, StatefulSetStatus, 'What does run; written by the system.'),
  },
);
export interface StatefulSet extends Namespaced<Infer<typeof StatefulSet>> {}
