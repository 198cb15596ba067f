import type { Deployment, DeploymentSpec, DeploymentStatus } from '#kinds/deployment/schema.ts';
import { validateStrategy } from '#kinds/deployment/validate/strategy.ts';
import { checkImmutable, checkNotNegative } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { shownSelector } from '#kinds/meta/selector.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';
import { validateSelector } from '#kinds/workload/selector.ts';
import { validateCollisions, validateCounts, validateParts } from '#kinds/workload/status.ts';
import { validateGoesOn } from '#kinds/workload/template.ts';

type Findings = readonly FieldError[];

/** Findings on a new Deployment. */
export function validateDeployment({ spec }: Deployment): Findings {
  return validateDeploymentSpec(spec, 'spec');
}

/** Findings on a change of a Deployment. */
export function validateDeploymentUpdate({ spec }: Deployment, old: Deployment): Findings {
  return [
    ...validateDeploymentSpec(spec, 'spec'),
    ...checkImmutable('spec.selector', spec.selector, old.spec.selector, shownSelector(spec.selector)),
  ];
}

const selectorTexts = { empty: 'empty selector is invalid for deployment', unclear: 'invalid label selector' };

function validateDeploymentSpec(spec: DeploymentSpec, field: string): Findings {
  const { replicas, template, strategy, minReadySeconds, revisionHistoryLimit } = spec;
  const selector: LabelSelector | undefined = spec.selector;
  return [
    ...checkNotNegative(`${field}.replicas`, replicas),
    ...validateSelector(selector, template, field, selectorTexts, () => [
      ...validatePodTemplate(template, `${field}.template`),
      // ReplicaSets would make the pods, and so it says.
      ...validateGoesOn(template, `${field}.template`, 'ReplicaSet'),
    ]),
    ...validateStrategy(strategy, `${field}.strategy`),
    ...checkNotNegative(`${field}.minReadySeconds`, minReadySeconds),
    ...checkNotNegative(`${field}.revisionHistoryLimit`, revisionHistoryLimit),
    ...validateDeadline(spec, `${field}.progressDeadlineSeconds`),
  ];
}

function validateDeadline({ progressDeadlineSeconds, minReadySeconds = 0 }: DeploymentSpec, field: string): Findings {
  if (progressDeadlineSeconds === undefined) return [];
  return [
    ...checkNotNegative(field, progressDeadlineSeconds),
    ...(progressDeadlineSeconds <= minReadySeconds
      ? [fieldError.invalid(field, progressDeadlineSeconds, 'must be greater than minReadySeconds')]
      : []),
  ];
}

const countNames = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
] as const satisfies readonly (keyof DeploymentStatus)[];

/** Findings on a change of a Deployment's status. */
export function validateDeploymentStatusUpdate({ status }: Deployment, old: Deployment): Findings {
  const parts = ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const;
  return [
    ...validateCounts(status, countNames),
    ...validateParts(status, parts, 'replicas', 'cannot be greater than status.replicas'),
    ...validateParts(status, ['availableReplicas'], 'readyReplicas', 'cannot be greater than readyReplicas'),
    ...validateCollisions(status.collisionCount, old.status.collisionCount),
  ];
}
