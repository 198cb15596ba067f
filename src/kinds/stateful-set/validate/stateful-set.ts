import { jsonEqual } from '#base/json.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { StatefulSet, StatefulSetSpec, StatefulSetStatus } from '#kinds/stateful-set/schema.ts';
import { validateStatefulSetSpec } from '#kinds/stateful-set/validate/spec.ts';
import { validateCollisions, validateCounts, validateParts } from '#kinds/workload/status.ts';

type Findings = readonly FieldError[];

/** Findings on a new StatefulSet. */
export function validateStatefulSet({ spec }: StatefulSet): Findings {
  return validateStatefulSetSpec(spec, 'spec');
}

/** Findings on a change of a StatefulSet. What was wrong in it already does not stand in the way of other changes. */
export function validateStatefulSetUpdate({ spec }: StatefulSet, old: StatefulSet): Findings {
  const lenience = { serviceName: true, claims: true } as const;
  const wasWrong = validateStatefulSetSpec(old.spec, 'spec', lenience).length > 0;
  return [
    ...validateStatefulSetSpec(spec, 'spec', wasWrong ? { ...lenience, template: true } : lenience),
    ...validateSameIdentity(spec, old.spec),
  ];
}

function validateSameIdentity(spec: StatefulSetSpec, old: StatefulSetSpec): Findings {
  if (jsonEqual(identityOf(spec), identityOf(old))) return [];
  const text =
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  return [fieldError.forbidden('spec', text)];
}

/** What the pods and their storage go by: it stays. */
function identityOf({ selector, serviceName, podManagementPolicy, volumeClaimTemplates }: StatefulSetSpec): object {
  return { selector, serviceName, podManagementPolicy, volumeClaimTemplates };
}

const countNames = [
  'replicas',
  'readyReplicas',
  'currentReplicas',
  'updatedReplicas',
  'availableReplicas',
  'observedGeneration',
  'collisionCount',
] as const satisfies readonly (keyof StatefulSetStatus)[];

/** Findings on a change of a StatefulSet's status. */
export function validateStatefulSetStatusUpdate({ status }: StatefulSet, old: StatefulSet): Findings {
  const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;
  return [
    ...validateCounts(status, countNames),
    ...validateParts(status, parts, 'replicas', 'cannot be greater than status.replicas'),
    ...validateParts(status, ['availableReplicas'], 'readyReplicas', 'cannot be greater than status.readyReplicas'),
    ...validateCollisions(status.collisionCount, old.status.collisionCount),
  ];
}
