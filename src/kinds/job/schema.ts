import type { Namespaced } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import {
  always,
  boolean,
  int32,
  int64,
  list,
  listSet,
  nonzero,
  object,
  optional,
  required,
  string,
  time,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const PodFailurePolicyOnExitCodesRequirement = object(
  'io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement',
  "A test on the exit codes of a failed pod's containers.",
  {
    containerName: optional(1, string, 'The container to look at; all of them unless given.'),
    operator: required(2, string, 'In or NotIn the values.', { values: ['In', 'NotIn'] }),
    values: required(3, listSet(int32), 'Exit codes; zero is not allowed with In.'),
  },
);
export interface PodFailurePolicyOnExitCodesRequirement extends Infer<typeof PodFailurePolicyOnExitCodesRequirement> {}

export const PodFailurePolicyOnPodConditionsPattern = object(
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern',
  'A test on the conditions of a failed pod.',
  {
    type: required(1, string, 'The condition to look for, such as DisruptionTarget.'),
    status: always(2, string, 'The status it must have; True unless given.'),
  },
);
export interface PodFailurePolicyOnPodConditionsPattern extends Infer<typeof PodFailurePolicyOnPodConditionsPattern> {}

export const PodFailurePolicyRule = object(
  'io.k8s.api.batch.v1.PodFailurePolicyRule',
  'One rule: if a failed pod looks like this, do that.',
  {
    action: required(1, string, 'FailJob, FailIndex, Ignore or Count.', {
      values: ['Count', 'FailIndex', 'FailJob', 'Ignore'],
    }),
    onExitCodes: optional(2, PodFailurePolicyOnExitCodesRequirement, 'Fits by how a container exited.'),
    onPodConditions: optional(
      3,
      list(PodFailurePolicyOnPodConditionsPattern),
      'Fits if the pod has one of these conditions.',
    ),
  },
);
export interface PodFailurePolicyRule extends Infer<typeof PodFailurePolicyRule> {}

export const PodFailurePolicy = object('io.k8s.api.batch.v1.PodFailurePolicy', 'What failed pods mean to a Job.', {
  rules: required(1, list(PodFailurePolicyRule), 'Tried in order; the first that fits decides. At most 20.'),
});
export interface PodFailurePolicy extends Infer<typeof PodFailurePolicy> {}

export const SuccessPolicyRule = object(
  'io.k8s.api.batch.v1.SuccessPolicyRule',
  'One way to succeed early; both parts must hold if both are given.',
  {
    succeededIndexes: optional(1, string, 'Indexes that count, such as 0,2-4.'),
    succeededCount: optional(2, int32, 'How many of them must succeed; all unless given.'),
  },
);
export interface SuccessPolicyRule extends Infer<typeof SuccessPolicyRule> {}

export const SuccessPolicy = object('io.k8s.api.batch.v1.SuccessPolicy', 'When a Job may end early as succeeded.', {
  rules: required(1, list(SuccessPolicyRule), 'Tried in order; the first that is met ends the Job. At most 20.'),
});
export interface SuccessPolicy extends Infer<typeof SuccessPolicy> {}

export const JobSpec = object(
  'io.k8s.api.batch.v1.JobSpec',
  'What a Job is to do, and when it counts as done or failed.',
  {
    parallelism: optional(1, int32, 'How many pods may run at once; 1 unless given.'),
    completions: optional(2, int32, 'How many pods must succeed; without it, one success is enough.'),
    activeDeadlineSeconds: optional(3, int64, 'Seconds after its start at which the Job is ended and failed.'),
    selector: optional(4, LabelSelector, 'Which pods belong to the Job; filled in by the system.'),
    manualSelector: optional(5, boolean, 'Lets the selector and the pod labels be chosen by hand.'),
    template: required(6, PodTemplateSpec, 'What the pods are made from; its restartPolicy is Never or OnFailure.'),
    backoffLimit: optional(7, int32, 'How many failed pods are replaced before the Job fails; 6 unless given.'),
    ttlSecondsAfterFinished: optional(8, int32, 'Seconds after its end at which the Job is deleted.'),
    completionMode: optional(9, string, 'Indexed gives each completion its own number; NonIndexed does not.', {
      values: ['Indexed', 'NonIndexed'],
    }),
    suspend: optional(10, boolean, 'When true, no pods run; setting it removes those that do.'),
    podFailurePolicy: optional(
      11,
      PodFailurePolicy,
      'Rules for what a failed pod means, before backoffLimit counts it.',
    ),
    backoffLimitPerIndex: optional(12, int32, 'How many failures each index may have; Indexed only.'),
    maxFailedIndexes: optional(13, int32, 'How many indexes may fail before the whole Job does.'),
    podReplacementPolicy: optional(
      14,
      string,
      'Whether a pod is replaced when it is being deleted or only once it has failed.',
      { values: ['Failed', 'TerminatingOrFailed'] },
    ),
    managedBy: optional(15, string, 'The controller that looks after the Job, if not the built-in one.'),
    successPolicy: optional(16, SuccessPolicy, 'Which successes are enough to end the Job early; Indexed only.'),
  },
);
export interface JobSpec extends Infer<typeof JobSpec> {}

export const JobCondition = object('io.k8s.api.batch.v1.JobCondition', 'One verdict about a Job.', {
  type: required(1, string, 'What is judged: Complete, Failed, Suspended, SuccessCriteriaMet, FailureTarget.'),
  status: required(2, string, 'True, False or Unknown.'),
  lastProbeTime: always(3, timeOrNull, 'When it was last checked.'),
  lastTransitionTime: always(4, timeOrNull, 'When the status last changed.'),
  reason: nonzero(5, string, 'One CamelCase word saying why.'),
  message: nonzero(6, string, 'The same for people.'),
});
export interface JobCondition extends Infer<typeof JobCondition> {}

export const UncountedTerminatedPods = object(
  'io.k8s.api.batch.v1.UncountedTerminatedPods',
  'Pods on the way from their end into the counts.',
  {
    succeeded: optional(1, listSet(string), 'Uids of pods that succeeded.'),
    failed: optional(2, listSet(string), 'Uids of pods that failed.'),
  },
);
export interface UncountedTerminatedPods extends Infer<typeof UncountedTerminatedPods> {}

export const JobStatus = object('io.k8s.api.batch.v1.JobStatus', 'How far a Job has got.', {
  conditions: optional(
    1,
    list(JobCondition, { apply: { as: 'atomic' }, patch: { as: 'merge', key: 'type' } }),
    'The verdicts so far: Complete, Failed, Suspended and others.',
  ),
  startTime: optional(2, time, 'When the Job was started or last resumed.'),
  completionTime: optional(3, time, 'When the Job completed.'),
  active: nonzero(4, int32, 'Pods that are pending or running.'),
  succeeded: nonzero(5, int32, 'Pods that have succeeded.'),
  failed: nonzero(6, int32, 'Pods that have failed.'),
  completedIndexes: nonzero(7, string, 'Indexes that are done, such as 1,3-5.'),
  uncountedTerminatedPods: optional(8, UncountedTerminatedPods, 'Pods that have ended but are not in the counts yet.'),
  ready: optional(9, int32, 'Active pods that are ready.'),
  failedIndexes: optional(10, string, 'Indexes that have failed, such as 1,3-5.'),
  terminating: optional(11, int32, 'Pods that are being deleted.'),
});
export interface JobStatus extends Infer<typeof JobStatus> {}

export const Job = object('io.k8s.api.batch.v1.Job', 'Work that runs pods until enough of them have succeeded.', {
  ...objectFields,
  spec: always(2, JobSpec, 'What is to be done.'),
  status: always(3, JobStatus, 'How far it has got; written by the system.'),
});
export interface Job extends Namespaced<Infer<typeof Job>> {}
