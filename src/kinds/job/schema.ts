import type { Namespaced } from '#kinds/meta/object.ts';
import { LabelSelector, ObjectMeta } from '#kinds/meta/schema.ts';
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
  '',
  {
    containerName: optional(1, string),
    operator: required(2, string, '', { values: ['In', 'NotIn'] }),
    values: required(3, listSet(int32)),
  },
);
export interface PodFailurePolicyOnExitCodesRequirement extends Infer<typeof PodFailurePolicyOnExitCodesRequirement> {}

export const PodFailurePolicyOnPodConditionsPattern = object(
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern',
  '',
  {
    type: required(1, string),
    status: always(2, string),
  },
);
export interface PodFailurePolicyOnPodConditionsPattern extends Infer<typeof PodFailurePolicyOnPodConditionsPattern> {}

export const PodFailurePolicyRule = object('io.k8s.api.batch.v1.PodFailurePolicyRule', '', {
  action: required(1, string, '', { values: ['Count', 'FailIndex', 'FailJob', 'Ignore'] }),
  onExitCodes: optional(2, PodFailurePolicyOnExitCodesRequirement),
  onPodConditions: optional(3, list(PodFailurePolicyOnPodConditionsPattern)),
});
export interface PodFailurePolicyRule extends Infer<typeof PodFailurePolicyRule> {}

export const PodFailurePolicy = object('io.k8s.api.batch.v1.PodFailurePolicy', '', {
  rules: required(1, list(PodFailurePolicyRule)),
});
export interface PodFailurePolicy extends Infer<typeof PodFailurePolicy> {}

export const SuccessPolicyRule = object('io.k8s.api.batch.v1.SuccessPolicyRule', '', {
  succeededIndexes: optional(1, string),
  succeededCount: optional(2, int32),
});
export interface SuccessPolicyRule extends Infer<typeof SuccessPolicyRule> {}

export const SuccessPolicy = object('io.k8s.api.batch.v1.SuccessPolicy', '', {
  rules: required(1, list(SuccessPolicyRule)),
});
export interface SuccessPolicy extends Infer<typeof SuccessPolicy> {}

export const JobSpec = object('io.k8s.api.batch.v1.JobSpec', '', {
  parallelism: optional(1, int32),
  completions: optional(2, int32),
  activeDeadlineSeconds: optional(3, int64),
  selector: optional(4, LabelSelector),
  manualSelector: optional(5, boolean),
  template: required(6, PodTemplateSpec),
  backoffLimit: optional(7, int32),
  ttlSecondsAfterFinished: optional(8, int32),
  completionMode: optional(9, string, '', { values: ['Indexed', 'NonIndexed'] }),
  suspend: optional(10, boolean),
  podFailurePolicy: optional(11, PodFailurePolicy),
  backoffLimitPerIndex: optional(12, int32),
  maxFailedIndexes: optional(13, int32),
  podReplacementPolicy: optional(14, string, '', { values: ['Failed', 'TerminatingOrFailed'] }),
  managedBy: optional(15, string),
  successPolicy: optional(16, SuccessPolicy),
});
export interface JobSpec extends Infer<typeof JobSpec> {}

export const JobCondition = object('io.k8s.api.batch.v1.JobCondition', '', {
  type: required(1, string),
  status: required(2, string),
  lastProbeTime: always(3, timeOrNull),
  lastTransitionTime: always(4, timeOrNull),
  reason: nonzero(5, string),
  message: nonzero(6, string),
});
export interface JobCondition extends Infer<typeof JobCondition> {}

export const UncountedTerminatedPods = object('io.k8s.api.batch.v1.UncountedTerminatedPods', '', {
  succeeded: optional(1, listSet(string)),
  failed: optional(2, listSet(string)),
});
export interface UncountedTerminatedPods extends Infer<typeof UncountedTerminatedPods> {}

export const JobStatus = object('io.k8s.api.batch.v1.JobStatus', '', {
  conditions: optional(1, list(JobCondition, { apply: { as: 'atomic' }, patch: { as: 'merge', key: 'type' } })),
  startTime: optional(2, time),
  completionTime: optional(3, time),
  active: nonzero(4, int32),
  succeeded: nonzero(5, int32),
  failed: nonzero(6, int32),
  completedIndexes: nonzero(7, string),
  uncountedTerminatedPods: optional(8, UncountedTerminatedPods),
  ready: optional(9, int32),
  failedIndexes: optional(10, string),
  terminating: optional(11, int32),
});
export interface JobStatus extends Infer<typeof JobStatus> {}

export const Job = object('io.k8s.api.batch.v1.Job', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  spec: always(2, JobSpec),
  status: always(3, JobStatus),
});
export interface Job extends Namespaced<Infer<typeof Job>> {}
