import type { DaemonSetUpdateStrategy, RollingUpdateDaemonSet } from '#kinds/daemon-set/schema.ts';
import { internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { numberIn, validateAmount, validateShare } from '#kinds/meta/int-or-percent.ts';

type Findings = readonly FieldError[];

/** Findings on how a DaemonSet is updated. What belongs to the other strategy is not looked at. */
export function validateUpdateStrategy(strategy: DaemonSetUpdateStrategy, field: string): Findings {
  const { type, rollingUpdate } = strategy;
  switch (type) {
    case 'OnDelete':
      return [];
    case 'RollingUpdate':
      if (rollingUpdate === undefined) return [fieldError.required(`${field}.rollingUpdate`)];
      return validateRollingUpdate(rollingUpdate, `${field}.rollingUpdate`);
    default:
      return [fieldError.notSupported(field, shownStrategy(strategy), ['RollingUpdate', 'OnDelete'])];
  }
}

function shownStrategy({ type, rollingUpdate }: DaemonSetUpdateStrategy): object {
  return internally({ type, rollingUpdate: rollingUpdate === undefined ? null : internally(rollingUpdate) });
}

function validateRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDaemonSet, field: string): Findings {
  const unavailable = numberIn(maxUnavailable) !== 0;
  const surge = numberIn(maxSurge) !== 0;
  return [
    ...validateAmount(maxUnavailable, `${field}.maxUnavailable`),
    ...validateAmount(maxSurge, `${field}.maxSurge`),
    ...validateShare(maxUnavailable, `${field}.maxUnavailable`),
    ...validateShare(maxSurge, `${field}.maxSurge`),
    ...(unavailable && surge
      ? [fieldError.invalid(`${field}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(unavailable || surge ? [] : [fieldError.required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ];
}
