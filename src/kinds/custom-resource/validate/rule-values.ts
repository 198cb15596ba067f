import { isObject } from '#base/json.ts';
import type { Shape } from '#kinds/cel/check.ts';
import { parseDuration, parseTime } from '#kinds/cel/time-functions.ts';
import { CelError, type CelValue } from '#kinds/cel/values.ts';
import { itemsOf, propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** What a field is called in rules: its name, or what stands for it where that is no name of the language. */
function ruleName(field: string): string {
  if (reserved.has(field)) return `__${field}__`;
  return field
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

const text: JSONSchemaProps = { type: 'string' };
const resourceFields: { readonly [field: string]: JSONSchemaProps } = {
  apiVersion: text,
  kind: text,
  metadata: { type: 'object', properties: { name: text, generateName: text } },
};

/** Whether a schema describes objects by their fields, to which rules then are held. */
function fieldsOf(
  schema: JSONSchemaProps,
  isResource: boolean,
): { readonly [field: string]: JSONSchemaProps } | undefined {
  const isWhole = isResource || schema['x-kubernetes-embedded-resource'] === true;
  if (isWhole) return { ...schema.properties, ...resourceFields };
  return schema.properties !== undefined && schema.additionalProperties === undefined ? schema.properties : undefined;
}

/** What rules at a schema may use of the value. `isResource` at the root. */
export function shapeOf(schema: JSONSchemaProps, isResource = false): Shape {
  if (schema.type === 'array') return { items: shapeOf(itemsOf(schema) ?? {}) };
  if (schema.type !== 'object') return scalarShape(schema);
  const fields = fieldsOf(schema, isResource);
  if (fields === undefined) {
    const values = valuesOf(schema);
    return values === undefined ? {} : { values: shapeOf(values) };
  }
  return { fields: new Map(Object.entries(fields).map(([name, field]) => [ruleName(name), shapeOf(field)])) };
}

/** What is a number or a text can only be told by its value. */
function scalarShape(schema: JSONSchemaProps): Shape {
  if (schema['x-kubernetes-int-or-string'] === true) return {};
  switch (schema.type) {
    case 'string':
      return { type: typesOfFormats[schema.format ?? ''] ?? 'string' };
    case 'integer':
      return { type: 'int' };
    case 'number':
      return { type: 'double' };
    case 'boolean':
      return { type: 'bool' };
    default:
      return {};
  }
}

const typesOfFormats: { readonly [format: string]: string } = {
  byte: 'bytes',
  date: 'timestamp',
  'date-time': 'timestamp',
  duration: 'duration',
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
    return value.map((item) => ruleValue(items, item));
  }
  if (!isObject(value)) return null;
  const fields = fieldsOf(schema, isResource);
  const values = valuesOf(schema) ?? {};
  const entries = Object.entries(value).filter(
    ([key, inner]) => inner !== undefined && (fields === undefined || Object.hasOwn(fields, key)),
  );
  if (fields === undefined) return new Map(entries.map(([key, inner]) => [key, ruleValue(values, inner)]));
  const property = (key: string): JSONSchemaProps => propertyOf({ properties: fields }, key) ?? {};
  return new Map(entries.map(([key, inner]) => [ruleName(key), ruleValue(property(key), inner)]));
}

/** Times and durations are such in rules, too; what cannot be read as one stays a text. */
function formatted(format: string | undefined, value: string): CelValue {
  try {
    if (format === 'date-time') return parseTime(value);
    if (format === 'date') return parseTime(`${value}T00:00:00Z`);
    if (format === 'duration') return parseDuration(value);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
  }
  return value;
}
