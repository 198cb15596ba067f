import { checkNotNegative, checkOneOf, internally, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { validateClaimSpec } from '#kinds/persistent-volume-claim/validate-spec.ts';
import type { ClaimRetentionPolicy, StatefulSetSpec, StatefulSetUpdateStrategy } from '#kinds/stateful-set/schema.ts';
import { validateOldTemplate, validateTemplate } from '#kinds/stateful-set/validate/template.ts';
import { validateSelector } from '#kinds/workload/selector.ts';
import { validateGoesOn } from '#kinds/workload/template.ts';

type Findings = readonly FieldError[];

/** What is not looked at in a set that is stored already, so that old ones can still be changed. */
export interface Lenience {
  readonly serviceName?: true;
  readonly template?: true;
  readonly claims?: true;
}

const selectorTexts = { empty: 'empty selector is invalid for statefulset', unclear: '' };

/** Findings on a StatefulSet's spec, after defaulting. */
export function validateStatefulSetSpec(spec: StatefulSetSpec, field: string, passed: Lenience = {}): Findings {
  const { template, serviceName, ordinals } = spec;
  const selector: LabelSelector | undefined = spec.selector;
  const at = `${field}.template`;
  return [
    ...validatePodManagement(spec.podManagementPolicy, `${field}.podManagementPolicy`),
    ...validateUpdateStrategy(spec.updateStrategy, `${field}.updateStrategy`),
    ...validateRetention(spec.persistentVolumeClaimRetentionPolicy, `${field}.persistentVolumeClaimRetentionPolicy`),
    ...(passed.claims ? [] : validateClaims(spec, `${field}.volumeClaimTemplates`)),
    ...checkNotNegative(`${field}.replicas`, spec.replicas),
    ...checkNotNegative(`${field}.minReadySeconds`, spec.minReadySeconds),
    ...checkNotNegative(`${field}.ordinals.start`, ordinals?.start),
    ...(passed.serviceName || serviceName === ''
      ? []
      : invalidEach(`${field}.serviceName`, serviceName, labelProblems(serviceName))),
    ...validateSelector(selector, template, field, selectorTexts, () =>
      passed.template ? validateOldTemplate(template, at) : validateTemplate(spec, at),
    ),
    ...validateGoesOn(template, at, 'StatefulSet'),
  ];
}

function validatePodManagement(policy: string | undefined, field: string): Findings {
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [fieldError.invalid(field, policy, "must be 'OrderedReady' or 'Parallel'")];
}

function validateUpdateStrategy({ type, rollingUpdate }: StatefulSetUpdateStrategy, field: string): Findings {
  const shown = rollingUpdate && internally({ partition: rollingUpdate.partition ?? 0, maxUnavailable: null });
  switch (type) {
    case 'OnDelete': {
      const text = "only allowed for updateStrategy 'RollingUpdate'";
      return shown === undefined ? [] : [fieldError.invalid(`${field}.rollingUpdate`, shown, text)];
    }
    case 'RollingUpdate':
      return checkNotNegative(`${field}.rollingUpdate.partition`, rollingUpdate?.partition);
    default: {
      const value = internally({ type, rollingUpdate: shown ?? null });
      return [fieldError.invalid(field, value, "must be 'RollingUpdate' or 'OnDelete'")];
    }
  }
}

function validateRetention(policy: ClaimRetentionPolicy | undefined, field: string): Findings {
  return [
    ...checkOneOf(`${field}.whenDeleted`, policy?.whenDeleted, ['Retain', 'Delete']),
    ...checkOneOf(`${field}.whenScaled`, policy?.whenScaled, ['Retain', 'Delete']),
  ];
}

function validateClaims({ volumeClaimTemplates = [] }: StatefulSetSpec, field: string): Findings {
  return volumeClaimTemplates.flatMap(({ spec }, index) => validateClaimSpec(spec, `${field}[${index}].spec`));
}
