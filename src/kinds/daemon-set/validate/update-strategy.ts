import type { DaemonSetUpdateStrategy, RollingUpdateDaemonSet } from '#kinds/daemon-set/schema.ts';
import { checkNotNegative, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

const percentText =
  "a valid percent string must be a numeric string followed by an ending '%' " +
  "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

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
  const unavailable = amountOf(maxUnavailable) !== 0;
  const surge = amountOf(maxSurge) !== 0;
  return [
    ...validateAmount(maxUnavailable, `${field}.maxUnavailable`),
    ...validateAmount(maxSurge, `${field}.maxSurge`),
    ...(unavailable && surge
      ? [fieldError.invalid(`${field}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(unavailable || surge ? [] : [fieldError.required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ];
}

/** A number that is not negative, or a percentage up to 100. */
function validateAmount(amount: number | string, field: string): Findings {
  if (typeof amount === 'number') return checkNotNegative(field, amount);
  if (!isPercent(amount)) return [fieldError.invalid(field, amount, percentText)];
  return amountOf(amount) > 100 ? [fieldError.invalid(field, amount, 'must not be greater than 100%')] : [];
}

/** The number alone; 0 for a text that holds none. */
function amountOf(amount: number | string): number {
  if (typeof amount === 'number') return amount;
  if (isPercent(amount)) return Number(amount.slice(0, -1));
  return /^[-+]?[0-9]+$/.test(amount) ? Number(amount) : 0;
}

function isPercent(text: string): boolean {
  return /^[0-9]+%$/.test(text);
}
