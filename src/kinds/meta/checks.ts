import { isObject, jsonEqual } from '#base/json.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';

/** Small rules that many kinds share. Each returns its findings, none if all is well. */

type Findings = readonly FieldError[];
const none: Findings = [];

export const immutableText = 'field is immutable';

/** One Invalid finding for each problem with `value`. */
export function invalidEach(field: string, value: unknown, problems: readonly string[]): Findings {
  return problems.length === 0 ? none : problems.map((problem) => fieldError.invalid(field, value, problem));
}

/** A number that is there must not be negative. */
export function checkNotNegative(field: string, value: number | undefined): Findings {
  if (value === undefined || value >= 0) return none;
  return [fieldError.invalid(field, value, 'must be greater than or equal to 0')];
}

/** A number that is there lies between two bounds. */
export function checkRange(field: string, value: number | undefined, min: number, max: number): Findings {
  if (value === undefined || (value >= min && value <= max)) return none;
  return [fieldError.invalid(field, value, `must be between ${min} and ${max}, inclusive`)];
}

/** A value that is there is one of those supported, which are listed in this order. */
export function checkOneOf(field: string, value: string | undefined, supported: readonly string[]): Findings {
  if (value === undefined || supported.includes(value)) return none;
  return [fieldError.notSupported(field, value, supported)];
}

/** As `checkOneOf`, and the value must be there. */
export function checkRequiredOneOf(field: string, value: string | undefined, supported: readonly string[]): Findings {
  return value ? checkOneOf(field, value, supported) : [fieldError.required(field)];
}

/** A text must be there and not be empty. */
export function checkPresent(field: string, value: string | undefined): Findings {
  return value ? none : [fieldError.required(field)];
}

/** A list must have at least one item. */
export function checkNotEmpty(field: string, items: readonly unknown[] | undefined): Findings {
  return items === undefined || items.length === 0 ? [fieldError.required(field)] : none;
}

/** A value must be what it was; `value` is shown if it is not. */
export function checkImmutable(field: string, value: unknown, old: unknown, shownValue: unknown = value): Findings {
  return jsonEqual(value, old) ? none : [fieldError.invalid(field, shownValue, immutableText)];
}

/** A name that must be there and be a DNS label. */
export function checkLabelName(field: string, name: string): Findings {
  return name === '' ? [fieldError.required(field)] : invalidEach(field, name, labelProblems(name));
}

/** A name that, if it is there, must be a DNS subdomain. */
export function checkSubdomain(field: string, name: string | undefined): Findings {
  return name ? invalidEach(field, name, subdomainProblems(name)) : none;
}

/** `value` for a message in which upstream prints one of its internal structures: the names of its fields begin with a
 *  capital letter there. */
export function internally(value: object): { readonly [key: string]: unknown } {
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key.charAt(0).toUpperCase() + key.slice(1), inside(one)]),
  );
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside);
  return isObject(value) ? internally(value) : value;
}
