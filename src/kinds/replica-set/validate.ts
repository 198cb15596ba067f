import { checkImmutable, checkNotNegative } from '#kinds/meta/checks.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { shownSelector } from '#kinds/meta/selector.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';
import type { ReplicaSet, ReplicaSetSpec, ReplicaSetStatus } from '#kinds/replica-set/schema.ts';
import { validateSelector } from '#kinds/workload/selector.ts';
import { validateCounts, validateParts } from '#kinds/workload/status.ts';
import { validateGoesOn } from '#kinds/workload/template.ts';

type Findings = readonly FieldError[];

/** Findings on a new ReplicaSet. */
export function validateReplicaSet({ spec }: ReplicaSet): Findings {
  return validateReplicaSetSpec(spec, 'spec');
}

/** Findings on a change of a ReplicaSet. */
export function validateReplicaSetUpdate({ spec }: ReplicaSet, old: ReplicaSet): Findings {
  return [
    ...validateReplicaSetSpec(spec, 'spec'),
    ...checkImmutable('spec.selector', spec.selector, old.spec.selector, shownSelector(spec.selector)),
  ];
}

// Upstream speaks of a deployment here too.
const selectorTexts = { empty: 'empty selector is invalid for deployment', unclear: 'invalid label selector' };

function validateReplicaSetSpec(spec: ReplicaSetSpec, field: string): Findings {
  const { replicas, minReadySeconds, template } = spec;
  const selector: LabelSelector | undefined = spec.selector;
  return [
    ...checkNotNegative(`${field}.replicas`, replicas),
    ...checkNotNegative(`${field}.minReadySeconds`, minReadySeconds),
    ...validateSelector(selector, template, field, selectorTexts, () => [
      ...validatePodTemplate(template, `${field}.template`),
      ...validateGoesOn(template, `${field}.template`, 'ReplicaSet'),
    ]),
  ];
}

const countNames = [
  'replicas',
  'fullyLabeledReplicas',
  'readyReplicas',
  'availableReplicas',
  'observedGeneration',
  'terminatingReplicas',
] as const satisfies readonly (keyof ReplicaSetStatus)[];

/** Findings on a change of the status of a ReplicaSet, or of a ReplicationController, which has the same. */
export function validateReplicaStatus(status: Omit<ReplicaSetStatus, 'conditions'>): Findings {
  const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const;
  return [
    ...validateCounts(status, countNames),
    ...validateParts(status, parts, 'replicas', 'cannot be greater than status.replicas'),
    ...validateParts(status, ['availableReplicas'], 'readyReplicas', 'cannot be greater than readyReplicas'),
  ];
}
