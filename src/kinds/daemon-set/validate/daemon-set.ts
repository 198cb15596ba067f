import type { DaemonSet, DaemonSetStatus } from '#kinds/daemon-set/schema.ts';
import { validateDaemonSetSpec } from '#kinds/daemon-set/validate/spec.ts';
import { checkImmutable, checkNotNegative } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { shownSelector } from '#kinds/meta/selector.ts';

type Findings = readonly FieldError[];

/** Findings on a new DaemonSet. */
export function validateDaemonSet({ spec }: DaemonSet): Findings {
  return validateDaemonSetSpec(spec, 'spec');
}

/** Findings on a change of a DaemonSet. */
export function validateDaemonSetUpdate({ spec }: DaemonSet, old: DaemonSet): Findings {
  return [
    ...validateDaemonSetSpec(spec, 'spec'),
    ...checkImmutable('spec.selector', spec.selector, old.spec.selector, shownSelector(spec.selector)),
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
  const { collisionCount = 0 } = status;
  const fewer = collisionCount < (old.status.collisionCount ?? 0);
  return [
    ...countNames.flatMap((name) => checkNotNegative(`status.${name}`, status[name])),
    ...(fewer ? [fieldError.invalid('status.collisionCount', collisionCount, 'cannot be decremented')] : []),
  ];
}
