import type { DaemonSet, DaemonSetStatus } from '#kinds/daemon-set/schema.ts';
import { validateDaemonSetSpec } from '#kinds/daemon-set/validate/spec.ts';
import { checkImmutable } from '#kinds/meta/checks.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import { shownSelector } from '#kinds/meta/selector.ts';
import { validateCollisions, validateCounts } from '#kinds/workload/status.ts';

type Findings = readonly FieldError[];

/** Findings on a new DaemonSet. */
export function validateDaemonSet({ spec }: DaemonSet): Findings {
  return validateDaemonSetSpec(spec, 'spec');
}

/** Findings on a change of a DaemonSet. */
export function validateDaemonSetUpdate({ spec }: DaemonSet, old: DaemonSet): Findings {
  return [
    ...checkImmutable('spec.selector', spec.selector, old.spec.selector, shownSelector(spec.selector)),
    ...validateDaemonSetSpec(spec, 'spec'),
  ];
}

const countNames = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const satisfies readonly (keyof DaemonSetStatus)[];

/** Findings on a change of a DaemonSet's status. */
export function validateDaemonSetStatusUpdate({ status }: DaemonSet, old: DaemonSet): Findings {
  return [
    ...validateCounts(status, countNames),
    ...validateCollisions(status.collisionCount, old.status.collisionCount),
  ];
}
