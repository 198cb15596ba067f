import { heldFormat } from '#kinds/custom-resource/validate/formats.ts';
import { finding, type Place, type Result } from '#kinds/custom-resource/validate/result.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';

/** Holds a number to what a schema says of its type, its format and its bounds, in upstream's words. */
export function checkNumber(schema: JSONSchemaProps, value: number, place: Place, result: Result): void {
  const { multipleOf, minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false } = schema;
  const before = result.errors.length;
  const broken = (rule: string): void => {
    result.errors.push(finding.invalid(place, value, rule));
  };
  const checkRange = (number: number, what: string): boolean => {
    const text = rangeText(schema, number);
    if (text !== undefined) result.errors.push(finding.general(place, `${what} value must be of type ${text}`));
    return text === undefined;
  };
  /** Upstream cuts the fraction off a bound for whole numbers, where a bound may have one. */
  const bound = (limit: number, what: string): number =>
    checkRange(limit, what) && Number.isInteger(value) ? Math.trunc(limit) : limit;
  checkRange(value, 'Checked');
  if (multipleOf !== undefined) {
    checkRange(multipleOf, 'MultipleOf');
    if (!isMultiple(value, multipleOf)) broken(`should be a multiple of ${multipleOf}`);
  }
  if (minimum !== undefined) {
    const limit = bound(minimum, 'Minimum boundary');
    if (exclusiveMinimum ? value <= limit : value < limit) {
      broken(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${limit}`);
    }
  }
  if (maximum !== undefined) {
    const limit = bound(maximum, 'Maximum boundary');
    if (exclusiveMaximum ? value >= limit : value > limit) {
      broken(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${limit}`);
    }
  }
  if (result.errors.length === before) result.passed += 1;
}

/** Which type and format a number does not fit into; undefined if it does. What may also be a text has no such type. */
function rangeText(schema: JSONSchemaProps, number: number): string | undefined {
  const { type = '' } = schema;
  const format = heldFormat(schema);
  if (fits(number, type, format)) return undefined;
  return `${type} ${format === '' ? '(default format)' : `with format ${format}`}`;
}

function fits(number: number, type: string, format: string): boolean {
  if (type !== 'integer') return format !== 'float' || Number.isFinite(Math.fround(number));
  const limit = format === 'int32' ? 2 ** 31 : 2 ** 63;
  return Number.isInteger(number) && number >= -limit && number < limit;
}

function isMultiple(value: number, factor: number): boolean {
  if (factor <= 0) return true;
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times));
}
