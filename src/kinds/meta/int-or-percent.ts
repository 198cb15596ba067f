import { checkNotNegative } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

/** Amounts that are a number or a share of something: 3 or "25%". */

const percentText =
  "a valid percent string must be a numeric string followed by an ending '%' " +
  "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** Findings on an amount: a number that is not negative, or a percentage up to 100. */
export function validateIntOrPercent(amount: number | string, field: string): readonly FieldError[] {
  return [...validateAmount(amount, field), ...validateShare(amount, field)];
}

/** Findings on an amount: a number that is not negative, or a percentage. */
export function validateAmount(amount: number | string, field: string): readonly FieldError[] {
  if (typeof amount === 'number') return checkNotNegative(field, amount);
  return isPercent(amount) ? [] : [fieldError.invalid(field, amount, percentText)];
}

/** Findings on an amount that, if it is a percentage, is at most the whole. */
export function validateShare(amount: number | string, field: string): readonly FieldError[] {
  if (typeof amount === 'number' || !isPercent(amount) || numberIn(amount) <= 100) return [];
  return [fieldError.invalid(field, amount, 'must not be greater than 100%')];
}

/** The number alone; 0 for a text that holds none. */
export function numberIn(amount: number | string): number {
  if (typeof amount === 'number') return amount;
  if (isPercent(amount)) return Number(amount.slice(0, -1));
  return /^[-+]?[0-9]+$/.test(amount) ? Number(amount) : 0;
}

/** How many of `whole` an amount means; shares are rounded up. */
export function amountOf(amount: number | string, whole: number): number {
  return typeof amount === 'string' && isPercent(amount)
    ? Math.ceil((numberIn(amount) * whole) / 100)
    : numberIn(amount);
}

function isPercent(text: string): boolean {
  return /^[0-9]+%$/.test(text);
}
