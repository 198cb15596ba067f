import { isObject, type Json } from '#base/json.ts';
import { type Origin, withOrigin } from '#kinds/cel/origin.ts';
import { reservedWords } from '#kinds/cel/reserved-words.ts';
import { parseDuration, parseTime } from '#kinds/cel/time-functions.ts';
import {
  boolType,
  bytesType,
  type CelTypeOf,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  objectType,
  stringType,
  timestampType,
} from '#kinds/cel/types.ts';
import { CelBytes, CelDuration, CelError, type CelValue } from '#kinds/cel/values.ts';
import { itemsOf, propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';

/** What a field is called in rules: its name, or what stands for it where that is no name of the language. */
function ruleName(field: string): string {
  if (reservedWords.has(field)) return `__${field}__`;
  return field
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

/** Whether rules can speak of a field of this name. */
function isNameable(field: string): boolean {
  return /^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(field);
}

const text: JSONSchemaProps = { type: 'string' };
const resourceFields: { readonly [field: string]: JSONSchemaProps } = {
  apiVersion: text,
  kind: text,
  metadata: { type: 'object', properties: { name: text, generateName: text } },
};

/** Whether a schema tells of a resource's own fields all that rules may use, and perhaps more. */
function hasResourceFields({ properties = {} }: JSONSchemaProps): boolean {
  const { apiVersion, kind, metadata } = properties;
  const { name, generateName } = metadata?.properties ?? {};
  const areTexts = [apiVersion, kind, name, generateName].every((field) => field?.type === 'string');
  return areTexts && metadata?.type === 'object';
}

/** Whether a schema describes objects by their fields, to which rules then are held. */
function fieldsOf(
  schema: JSONSchemaProps,
  isResource: boolean,
): { readonly [field: string]: JSONSchemaProps } | undefined {
  const isWhole = isResource || schema['x-kubernetes-embedded-resource'] === true;
  if (isWhole) return hasResourceFields(schema) ? schema.properties : { ...schema.properties, ...resourceFields };
  return schema.properties !== undefined && schema.additionalProperties === undefined ? schema.properties : undefined;
}

/** The type that rules at a schema see; undefined where a schema does not tell one, which rules then cannot speak of. `isResource` at the
 *  root. */
export function ruleType(schema: JSONSchemaProps, isResource = false): CelTypeOf | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) return { ...dynType, sizeMax: textSizeMax(schema) };
  if (schema.type === 'array') {
    const items = itemsOf(schema);
    const type = items === undefined ? undefined : ruleType(items);
    if (items === undefined || type === undefined) return undefined;
    return listType(type, limited(schema.maxItems) ?? Math.floor((requestSizeMax - 2) / (sizeMin(items) + 1)));
  }
  if (schema.type !== 'object' && !isResource) return scalarType(schema);
  const values = valuesOf(schema);
  if (values !== undefined && !isResource) {
    const type = ruleType(values);
    if (type === undefined) return undefined;
    const most = limited(schema.maxProperties) ?? Math.floor((requestSizeMax - 2) / (sizeMin(values) + 6));
    return mapType(stringType, type, most);
  }
  const fields = Object.entries(fieldsOf(schema, isResource) ?? {}).flatMap(([name, field]) => {
    const type = ruleType(field);
    return type === undefined || !isNameable(name) ? [] : [[ruleName(name), type] as const];
  });
  return objectType(new Map(fields));
}

/** The largest request: no value is larger (Kubernetes: 3 MiB). */
const requestSizeMax = 3 * 1024 * 1024;

/** How many of what a schema describes one request can hold at most. */
export function countMax(schema: JSONSchemaProps, isResource = false): number {
  return Math.floor(requestSizeMax / (sizeMin(schema, isResource) + 1));
}

const sizesMin: { readonly [type: string]: number } = { array: 2, boolean: 4, integer: 1, number: 1 };
const formatSizesMin: { readonly [format: string]: number } = { duration: 3, date: 12, 'date-time': 21 };
const formatSizesMax: { readonly [format: string]: number } = { duration: 32, date: 12, 'date-time': 32 };

/** The fewest bytes that a value takes in a request. */
function sizeMin(schema: JSONSchemaProps, isResource = false): number {
  if (schema['x-kubernetes-int-or-string'] === true) return 1;
  if (schema.type === 'string') return formatSizesMin[schema.format ?? ''] ?? 2;
  if (schema.type !== 'object' && !isResource) return sizesMin[schema.type ?? ''] ?? 2;
  if (valuesOf(schema) !== undefined) return 2;
  const fields = fieldsOf(schema, isResource) ?? {};
  return (schema.required ?? []).reduce((sum, name) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined || field.default !== undefined || ruleType(field) === undefined) return sum;
    return sum + Buffer.byteLength(name) + sizeMin(field) + 4;
  }, 2);
}

function limited(max: number | undefined): number | undefined {
  return max === undefined ? undefined : Math.max(max, 0);
}

/** The longest text: a character may take four bytes. */
function textSizeMax(schema: JSONSchemaProps): number {
  const { format = '', maxLength, enum: values = [] } = schema;
  const isText = schema['x-kubernetes-int-or-string'] !== true;
  if (isText && format !== 'byte' && Object.hasOwn(formatSizesMax, format)) return formatSizesMax[format] ?? 0;
  const limit = limited(maxLength);
  if (limit !== undefined) return limit * (isText && format === 'byte' ? 1 : 4);
  if (!isText || format === 'byte' || values.length === 0) return requestSizeMax - 2;
  return Math.max(0, ...values.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0)));
}

function scalarType(schema: JSONSchemaProps): CelTypeOf | undefined {
  switch (schema.type) {
    case 'string':
      return { ...(typesOfFormats[schema.format ?? ''] ?? stringType), sizeMax: textSizeMax(schema) };
    case 'integer':
      return intType;
    case 'number':
      return doubleType;
    case 'boolean':
      return boolType;
    default:
      return undefined;
  }
}

const typesOfFormats: { readonly [format: string]: CelTypeOf } = {
  byte: bytesType,
  date: timestampType,
  'date-time': timestampType,
  duration: durationType,
};

/** A value as rules see it: typed by its schema, fields that only patches know left out. */
export function ruleValue(schema: JSONSchemaProps, value: unknown, isResource = false): CelValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    const isWhole = schema.type !== 'number' && Number.isInteger(value);
    return isWhole ? BigInt(value) : value;
  }
  if (typeof value === 'string') return schema.type === 'string' ? formatted(schema.format, value) : value;
  if (Array.isArray(value)) {
    const items = itemsOf(schema) ?? {};
    return withOrigin(
      value.map((item) => ruleValue(items, item)),
      listOrigin(schema, items),
    );
  }
  if (!isObject(value)) return null;
  const fields = fieldsOf(schema, isResource);
  const values = valuesOf(schema) ?? {};
  const isField = (key: string): boolean => fields === undefined || Object.hasOwn(fields, key);
  const entries = Object.entries(value).filter(
    ([key, inner]) => isField(key) && inner !== undefined && (inner !== null || fields === undefined),
  );
  if (fields === undefined) return new Map(entries.map(([key, inner]) => [key, ruleValue(values, inner)]));
  const property = (key: string): JSONSchemaProps => propertyOf({ properties: fields }, key) ?? {};
  const hidden = Object.entries(value).filter(([key]) => !isField(key));
  const map = new Map(entries.map(([key, inner]) => [ruleName(key), ruleValue(property(key), inner)]));
  return hidden.length === 0 ? map : withOrigin(map, { hidden: new Map(hidden as [string, Json][]) });
}

function listOrigin(schema: JSONSchemaProps, items: JSONSchemaProps): Origin {
  const kind = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const zero = zeros[scalarType(items)?.name ?? ''];
  return {
    ...(kind === 'set' ? { isSet: true } : {}),
    ...(kind === 'map' ? { keys: keys.map(ruleName) } : {}),
    ...(zero === undefined ? {} : { zero }),
  };
}

const zeros: { readonly [type: string]: CelValue } = { double: 0, duration: new CelDuration(0n) };

/** Times and durations are such in rules, too; what cannot be read as one stays a text. */
function formatted(format: string | undefined, value: string): CelValue {
  try {
    if (format === 'date-time') return parseTime(value);
    if (format === 'date') return parseTime(`${value}T00:00:00Z`);
    if (format === 'duration') return parseDuration(value);
    if (format === 'byte') return new CelBytes(Buffer.from(value, 'base64'));
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
  }
  return value;
}
