import { isObject, jsonEqual } from '#base/json.ts';
import { Pattern } from '#base/pattern.ts';
import { itemsOf, propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import { formatOf, heldFormat } from '#kinds/custom-resource/validate/formats.ts';
import { checkNumber } from '#kinds/custom-resource/validate/number.ts';
import { finding, type Place, Result } from '#kinds/custom-resource/validate/result.ts';
import { isAsBefore, itemFinder } from '#kinds/custom-resource/validate/unchanged.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';

/** Holds a value to a schema. Where `old` is given, what did not change is taken as it is, even if the schema has become
 *  stricter since (ratcheting); `shape` is the schema that says what the value is made of, where `schema` only adds a condition.
 *  Findings and their texts are upstream's. */
export function validateValue(
  schema: JSONSchemaProps,
  value: unknown,
  place: Place,
  old?: unknown,
  shape: JSONSchemaProps = schema,
): Result {
  const result = new Result();
  if (old !== undefined && isAsBefore(shape, value, old)) return result;
  const before: Before = { old, shape };
  checkType(schema, value, place, result);
  if (value !== null) {
    checkSchemas(schema, value, place, result, before);
    if (typeof value === 'string') checkText(schema, value, place, result);
    if (typeof value === 'number') checkNumber(schema, value, place, result);
    if (Array.isArray(value)) checkList(schema, value, place, result, before);
  }
  if (schema.enum !== undefined && schema.enum.length > 0) {
    const isOneOf = value !== null && schema.enum.some((one) => jsonEqual(one, value));
    if (isOneOf) result.passed += 1;
    else result.errors.push(finding.notSupported(place, value, schema.enum));
  }
  if (isObject(value)) checkObject(schema, value, place, result, before);
  result.passed += 1;
  return result;
}

/** What a value was, if that is known, and the schema that says what it is made of. */
interface Before {
  readonly old: unknown;
  readonly shape: JSONSchemaProps;
}

function typesOf(schema: JSONSchemaProps): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkType(schema: JSONSchemaProps, value: unknown, place: Place, result: Result): void {
  const types = typesOf(schema);
  const format = heldFormat(schema);
  if (types.length === 0 && format === '') return;
  if (value === null) {
    if (types.length > 0 && schema.nullable !== true) {
      result.errors.push(finding.type(place, types.join(','), 'null'));
      return;
    }
  } else {
    const found = typeOf(value);
    const fits = types.includes(found) || (found === 'integer' && types.includes('number'));
    const isPlain = typeof value === 'string' || Array.isArray(value);
    const isNumeric = types.includes('number') || types.includes('integer');
    if (!isPlain && format !== '' && !fits) {
      // Upstream tells the width of a number where it should have been of a format.
      const width = { integer: 'int64', number: 'float64' }[found] ?? '';
      result.errors.push(finding.type(place, format, width));
      return;
    }
    // What has a format is left to its check, as upstream does.
    if ((isNumeric || format === '' || !isPlain) && !fits) {
      result.errors.push(finding.type(place, types.join(','), found));
      return;
    }
  }
  result.passed += 2;
}

/** The conditions that are schemas themselves. */
function checkSchemas(
  schema: JSONSchemaProps,
  value: unknown,
  place: Place,
  result: Result,
  { old, shape }: Before,
): void {
  const validated = (schemas: readonly JSONSchemaProps[]): readonly Result[] =>
    schemas.map((one) => validateValue(one, value, place, old, shape));
  if (schema.anyOf !== undefined && schema.anyOf.length > 0) {
    const results = validated(schema.anyOf);
    const success = results.find((one) => one.isValid);
    if (success === undefined) {
      result.errors.push(finding.schemas(place, 'must validate at least one schema (anyOf)'));
    }
    result.merge(success ?? closest(results));
  }
  if (schema.oneOf !== undefined && schema.oneOf.length > 0) checkOneOf(validated(schema.oneOf), place, result);
  if (schema.allOf !== undefined && schema.allOf.length > 0) {
    const results = validated(schema.allOf);
    for (const one of results) result.merge(one);
    if (!results.every((one) => one.isValid)) {
      const none = results.some((one) => one.isValid) ? '' : '. None validated';
      result.errors.push(finding.schemas(place, `must validate all the schemas (allOf)${none}`));
    }
  }
  if (schema.not !== undefined && validateValue(schema.not, value, place, old, shape).isValid) {
    result.errors.push(finding.schemas(place, 'must not validate the schema (not)'));
  }
}

function checkOneOf(results: readonly Result[], place: Place, result: Result): void {
  const valid = results.filter((one) => one.isValid);
  const [success] = valid;
  if (valid.length === 1 && success !== undefined) {
    result.merge(success);
    return;
  }
  const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
  result.errors.push(finding.schemas(place, `must validate one and only one schema (oneOf). ${found}`));
  if (valid.length === 0) result.merge(closest(results));
}

/** The first of those that passed most checks. */
function closest(results: readonly Result[]): Result {
  return results.reduce((best, one) => (one.passed > best.passed ? one : best));
}

const patterns = new WeakMap<JSONSchemaProps, Pattern>();

function patternOf(schema: JSONSchemaProps, source: string): Pattern {
  let pattern = patterns.get(schema);
  if (pattern === undefined) {
    pattern = new Pattern(source);
    patterns.set(schema, pattern);
  }
  return pattern;
}

/** Only the first thing that is wrong with a text is told. */
function checkText(schema: JSONSchemaProps, text: string, place: Place, result: Result): void {
  const { maxLength, minLength, pattern = '' } = schema;
  const format = heldFormat(schema);
  const length = maxLength === undefined && minLength === undefined ? 0 : lengthOf(text);
  if (maxLength !== undefined && length > maxLength) result.errors.push(finding.tooLong(place, maxLength));
  else if (minLength !== undefined && length < minLength) {
    result.errors.push(finding.invalid(place, text, `should be at least ${minLength} chars long`));
  } else if (pattern !== '' && !patternOf(schema, pattern).test(text)) {
    result.errors.push(finding.invalid(place, text, `should match '${pattern}'`));
  } else result.passed += 1;
  if (formatOf(format)?.(text) === false) result.errors.push(finding.type(place, format, text));
}

/** In characters, not in the units of JavaScript's texts. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function checkList(
  schema: JSONSchemaProps,
  list: readonly unknown[],
  place: Place,
  result: Result,
  { old, shape }: Before,
): void {
  const items = itemsOf(schema);
  const before = Array.isArray(old) ? itemFinder(shape, old) : () => undefined;
  if (items !== undefined) {
    const itemShape = itemsOf(shape) ?? items;
    for (const [index, item] of list.entries()) {
      const at = { ...place, path: `${place.path}[${index}]` };
      result.merge(validateValue(items, item, at, before(item), itemShape));
    }
  }
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && list.length < minItems) {
    result.errors.push(finding.invalid(place, list.length, `should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && list.length > maxItems) {
    result.errors.push(finding.tooMany(place, list.length, maxItems));
  }
  result.passed += 1;
}

function checkObject(
  schema: JSONSchemaProps,
  object: { readonly [key: string]: unknown },
  place: Place,
  result: Result,
  { old, shape }: Before,
): void {
  const { minProperties, maxProperties, required = [], properties = {} } = schema;
  // A key that holds undefined counts as absent, as everywhere in our objects.
  const has = (key: string): boolean => Object.hasOwn(object, key) && object[key] !== undefined;
  const keys = Object.keys(object).filter(has);
  const count = keys.length;
  if (minProperties !== undefined && count < minProperties) {
    result.errors.push(finding.invalid(place, count, `should have at least ${minProperties} properties`));
    return;
  }
  if (maxProperties !== undefined && count > maxProperties) {
    result.errors.push(finding.tooMany(place, count, maxProperties));
    return;
  }
  const values = valuesOf(schema);
  const at = (key: string, path: string): Place => ({ ...place, path: path === '' ? key : `${path}.${key}` });
  const shapeOf = (key: string) => propertyOf(shape, key) ?? valuesOf(shape);
  const before = (key: string): unknown => (isObject(old) && Object.hasOwn(old, key) ? old[key] : undefined);
  for (const key of keys) {
    if (Object.hasOwn(properties, key)) continue;
    if (schema.additionalProperties === false) {
      result.errors.push(finding.invalid(at(key, place.path), key, 'is a forbidden property'));
    } else if (values !== undefined) {
      result.merge(validateValue(values, object[key], at(key, place.path), before(key), shapeOf(key) ?? values));
    }
  }
  for (const key of Object.keys(properties)) {
    const property = propertyOf(schema, key);
    if (property === undefined || !has(key)) continue;
    result.merge(validateValue(property, object[key], at(key, place.path), before(key), shapeOf(key) ?? property));
  }
  for (const key of required) if (!has(key)) result.errors.push(finding.required(place, key));
  result.passed += 1;
}
