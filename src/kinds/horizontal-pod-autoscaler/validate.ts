import type {
  HorizontalPodAutoscaler,
  HPAScalingPolicy,
  HPAScalingRules,
} from '#kinds/horizontal-pod-autoscaler/schema.ts';
import {
  type VersionRule,
  validateMetrics,
  validateReference,
  versionProblem,
} from '#kinds/horizontal-pod-autoscaler/validate-metrics.ts';
import { checkNotNegative, checkOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';

type Findings = readonly FieldError[];

/** What is asked of an autoscaler; less where it was otherwise already. */
interface Rules {
  readonly minReplicasMin: 0 | 1;
  readonly target: VersionRule;
  readonly metrics: VersionRule;
}

/** Findings on a new autoscaler, as upstream words them; it has no defaults yet but those that upstream fills in before. */
export function validateAutoscaler(autoscaler: HorizontalPodAutoscaler): Findings {
  return validateSpec(autoscaler, { minReplicasMin: 1, target: targetRule(autoscaler), metrics: 'valid' });
}

/** Findings on a change. What pointed to no valid version before may go on doing so. */
export function validateAutoscalerUpdate(autoscaler: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler): Findings {
  const [now, before] = [autoscaler.spec.scaleTargetRef, old.spec.scaleTargetRef];
  const same = (now.apiVersion ?? '') === (before.apiVersion ?? '') && now.kind === before.kind;
  const wasInvalid = (old.spec.metrics ?? []).some(
    ({ type, object }) =>
      type === 'Object' &&
      object !== undefined &&
      versionProblem(object.describedObject.apiVersion ?? '', 'valid') !== undefined,
  );
  return validateSpec(autoscaler, {
    minReplicasMin: old.spec.minReplicas === 0 ? 0 : 1,
    target: same ? 'any' : targetRule(autoscaler),
    metrics: wasInvalid ? 'any' : 'valid',
  });
}

/** Of the core group, only one kind can be scaled. */
function targetRule({ spec }: HorizontalPodAutoscaler): VersionRule {
  return spec.scaleTargetRef.kind === 'ReplicationController' ? 'valid' : 'group';
}

/** Findings on what a controller notes. */
export function validateAutoscalerStatus({ status }: HorizontalPodAutoscaler): Findings {
  return [
    ...checkNotNegative('status.currentReplicas', status.currentReplicas),
    ...checkNotNegative('status.desiredReplicas', status.desiredReplicas),
  ];
}

function validateSpec({ spec }: HorizontalPodAutoscaler, rules: Rules): Findings {
  const { scaleTargetRef, minReplicas, maxReplicas, metrics = [], behavior } = spec;
  const { minReplicasMin } = rules;
  const tooFew = minReplicas !== undefined && minReplicas < minReplicasMin;
  const atLeast = `must be greater than or equal to ${minReplicasMin}`;
  return [
    ...(tooFew ? [fieldError.invalid('spec.minReplicas', minReplicas, atLeast)] : []),
    ...validateMax(maxReplicas, minReplicas),
    ...validateReference(scaleTargetRef, 'spec.scaleTargetRef', rules.target),
    ...validateMetrics(metrics, 'spec.metrics', minReplicas, rules.metrics),
    ...validateScaling(behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateScaling(behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ];
}

function validateMax(max: number, min: number | undefined): Findings {
  const field = 'spec.maxReplicas';
  return [
    ...(max === 0 ? [fieldError.required(field, 'must be set and greater than 0')] : []),
    ...(max < 0 ? [fieldError.invalid(field, max, 'must be greater than or equal to 1')] : []),
    ...(min !== undefined && max < min
      ? [fieldError.invalid(field, max, 'must be greater than or equal to `minReplicas`')]
      : []),
  ];
}

const windowSecondsMax = 3600;
const periodSecondsMax = 1800;

function validateScaling(rules: HPAScalingRules | undefined, field: string): Findings {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: window = 0, selectPolicy, policies = [], tolerance } = rules;
  const at = `${field}.stabilizationWindowSeconds`;
  return [
    ...(window < 0 ? [fieldError.invalid(at, window, 'must be greater than or equal to zero')] : []),
    ...(window > windowSecondsMax
      ? [fieldError.invalid(at, window, `must be less than or equal to ${windowSecondsMax}`)]
      : []),
    ...checkOneOf(`${field}.selectPolicy`, selectPolicy, ['Disabled', 'Max', 'Min']),
    ...(policies.length === 0 ? [fieldError.required(`${field}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap((policy, index) => validatePolicy(policy, `${field}.policies[${index}]`)),
    ...(tolerance !== undefined && compareQuantities(tolerance, '0') < 0
      ? [fieldError.invalid(`${field}.tolerance`, tolerance, 'must be greater than or equal to 0')]
      : []),
  ];
}

function validatePolicy({ type, value, periodSeconds }: HPAScalingPolicy, field: string): Findings {
  const period = `${field}.periodSeconds`;
  return [
    ...checkOneOf(`${field}.type`, type, ['Percent', 'Pods']),
    ...(value <= 0 ? [fieldError.invalid(`${field}.value`, value, 'must be greater than zero')] : []),
    ...(periodSeconds <= 0 ? [fieldError.invalid(period, periodSeconds, 'must be greater than zero')] : []),
    ...(periodSeconds > periodSecondsMax
      ? [fieldError.invalid(period, periodSeconds, `must be less than or equal to ${periodSecondsMax}`)]
      : []),
  ];
}
