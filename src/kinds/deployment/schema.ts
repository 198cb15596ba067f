import type { Namespaced } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import {
  always,
  boolean,
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

export const RollingUpdateDeployment = object(
  'io.k8s.api.apps.v1.RollingUpdateDeployment',
  'How fast a new template is rolled out. The two are not both zero.',
  {
    maxUnavailable: optional(
      1,
      intOrString,
      'How many pods may be missing meanwhile, as a number or a share of those wanted; 25% unless given.',
    ),
    maxSurge: optional(
      2,
      intOrString,
      'How many more pods there may be meanwhile than are wanted, as a number or a share of those; 25% unless given.',
    ),
  },
);
export interface RollingUpdateDeployment extends Infer<typeof RollingUpdateDeployment> {}

export const DeploymentStrategy = object(
  'io.k8s.api.apps.v1.DeploymentStrategy',
  'How pods of an old template give way to those of a new one.',
  {
    type: nonzero(1, string, 'RollingUpdate replaces them step by step, Recreate ends all of them first.', {
      values: ['Recreate', 'RollingUpdate'],
    }),
    rollingUpdate: optional(2, RollingUpdateDeployment, 'The pace of a RollingUpdate.'),
  },
);
export interface DeploymentStrategy extends Infer<typeof DeploymentStrategy> {}

export const DeploymentSpec = object('io.k8s.api.apps.v1.DeploymentSpec', 'What is to run, and how many of it.', {
  replicas: optional(1, int32, 'How many pods are wanted; 1 unless given.'),
  selector: required(2, LabelSelector, "Which pods belong to it; must match the template's labels, and stays.", {
    nullable: true,
  }),
  template: required(3, PodTemplateSpec, 'What the pods are made from.'),
  strategy: always(4, DeploymentStrategy, 'How a change of the template reaches the pods that run.', {
    retainKeys: true,
  }),
  minReadySeconds: nonzero(5, int32, 'How many seconds a pod must be ready to count as available.'),
  revisionHistoryLimit: optional(6, int32, 'How many old ReplicaSets are kept to go back to; 10 unless given.'),
  paused: nonzero(7, boolean, 'Changes of the template are not rolled out for now.'),
  progressDeadlineSeconds: optional(
    9,
    int32,
    'How many seconds a rollout may go without progress until it counts as failed; 600 unless given.',
  ),
});
export interface DeploymentSpec extends Infer<typeof DeploymentSpec> {}

export const DeploymentCondition = object('io.k8s.api.apps.v1.DeploymentCondition', 'One verdict about a Deployment.', {
  type: required(1, string, 'What is judged.'),
  status: required(2, string, 'True, False or Unknown.'),
  lastUpdateTime: always(6, timeOrNull, 'When it was last written.'),
  lastTransitionTime: always(7, timeOrNull, 'When the status last changed.'),
  reason: nonzero(4, string, 'One CamelCase word saying why.'),
  message: nonzero(5, string, 'The same for people.'),
});
export interface DeploymentCondition extends Infer<typeof DeploymentCondition> {}

export const DeploymentStatus = object('io.k8s.api.apps.v1.DeploymentStatus', 'What runs, in numbers of pods.', {
  observedGeneration: nonzero(1, int64, 'The generation of the spec that these numbers are about.'),
  replicas: nonzero(2, int32, 'Pods that there are and that are not ending.'),
  updatedReplicas: nonzero(3, int32, 'Those of the newest template.'),
  readyReplicas: nonzero(7, int32, 'Those that are ready.'),
  availableReplicas: nonzero(4, int32, 'Those that have been ready for minReadySeconds.'),
  unavailableReplicas: nonzero(5, int32, 'Pods that are still missing until as many are available as are wanted.'),
  terminatingReplicas: optional(9, int32, 'Pods that are ending.'),
  conditions: optional(6, listMap(DeploymentCondition, ['type'], 'type'), 'Verdicts by whoever makes them.'),
  collisionCount: optional(8, int32, 'How often the name of a new ReplicaSet was taken by another one.'),
});
export interface DeploymentStatus extends Infer<typeof DeploymentStatus> {}

export const Deployment = object(
  'io.k8s.api.apps.v1.Deployment',
  'A number of pods that are all alike, and how they are replaced by new ones. Kept here, not run.',
  {
    ...objectFields,
    spec: always(2, DeploymentSpec, 'What is to run.'),
    status: always(3, DeploymentStatus, 'What does run; written by the system.'),
  },
);
export interface Deployment extends Namespaced<Infer<typeof Deployment>> {}
