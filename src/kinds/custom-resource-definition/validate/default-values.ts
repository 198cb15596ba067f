import { isObject } from '#base/json.ts';
import { itemsOf, readValue } from '#kinds/custom-resource/read.ts';
import { validateEmbedded } from '#kinds/custom-resource/validate/embedded.ts';
import { hasRules, judgeByRules } from '#kinds/custom-resource/validate/rules.ts';
import { validateValue } from '#kinds/custom-resource/validate/value.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];
type Values = { readonly [key: string]: unknown };

/** A default, and what it is part of if that is the metadata of a resource. */
interface Default {
  readonly schema: JSONSchemaProps;
  readonly field: string;
  readonly isResource: boolean;
  /** The whole resource, with the default in its place. */
  readonly resource: { readonly schema: JSONSchemaProps; readonly object: unknown } | undefined;
}

/** Findings on the defaults of a schema: each must be a value that the schema allows, and hold no fields that would be dropped. */
export function validateDefaults(schema: JSONSchemaProps, field: string): Findings {
  return [...defaultsOf(schema, field, rootSurroundings(schema))].flatMap(validateDefault);
}

/** Findings on defaults that break rules of the schema: of a whole schema in which nothing else is wrong. */
export function validateDefaultsByRules(schema: JSONSchemaProps, field: string): Findings {
  return [...defaultsOf(schema, field, rootSurroundings(schema))].flatMap((found) => {
    if (!hasRules(found.schema)) return [];
    const { default: value } = found.schema;
    const { findings } = judgeByRules(found.schema, value, value, found);
    return findings.length > 0 ? findings : judgeByRules(found.schema, value, undefined, found).findings;
  });
}

interface Surroundings {
  readonly resource: JSONSchemaProps;
  readonly isInsideMeta: boolean;
  readonly around: (value: unknown) => unknown;
}

function rootSurroundings(schema: JSONSchemaProps): Surroundings {
  const resource = { ...schema, 'x-kubernetes-embedded-resource': true };
  return { resource, isInsideMeta: false, around: (value) => value };
}

const metaFields = ['metadata', 'apiVersion', 'kind'];

/** All defaults, except those inside of maps, where upstream does not look either. */
function* defaultsOf(schema: JSONSchemaProps, field: string, outer: Surroundings, isRoot = true): Iterable<Default> {
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  const { resource, isInsideMeta, around } = isResource ? rootSurroundings(schema) : outer;
  const { default: value } = schema;
  if (value !== undefined) {
    const whole = isInsideMeta ? { schema: resource, object: around(value) } : undefined;
    yield { schema, field: `${field}.default`, isResource, resource: whole };
  }
  const items = itemsOf(schema);
  if (items !== undefined) {
    const inList = { resource, isInsideMeta, around: (inner: unknown) => around([inner]) };
    yield* defaultsOf(items, `${field}.items`, inList, false);
  }
  for (const [name, part] of Object.entries(schema.properties ?? {})) {
    const isMeta = isInsideMeta || (isResource && metaFields.includes(name));
    const inField = { resource, isInsideMeta: isMeta, around: (inner: unknown) => around({ [name]: inner }) };
    yield* defaultsOf(part, `${field}.properties[${name}]`, inField, false);
  }
}

function validateDefault({ schema, field, resource }: Default): Findings {
  const { default: value } = schema;
  const allowed = (): Findings => validateValue(schema, value, { base: field, path: '' }).errors;
  if (resource !== undefined) {
    const problem = metaProblem(resource.schema, resource.object);
    return problem === undefined ? unique(allowed()) : [fieldError.invalid(field, value, problem)];
  }
  const embedded = validateEmbedded(schema, value, field);
  return unique([
    ...(readValue(value, schema).unknown.length === 0
      ? []
      : [fieldError.invalid(field, value, 'must not have unknown fields')]),
    ...(embedded.length > 0 ? embedded : allowed()),
  ]);
}

/** Why a resource with a default in its metadata would be none. */
function metaProblem(schema: JSONSchemaProps, object: unknown): string | undefined {
  const named: Values = { kind: 'Validation', apiVersion: 'validation/v1', ...(isObject(object) ? object : {}) };
  const texts = validateEmbedded(schema, named, '').map(({ field, message }) => `${field}: ${message}`);
  if (texts.length === 0) return undefined;
  return `must result in valid metadata: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}`;
}

function unique(findings: Findings): Findings {
  return [...new Map(findings.map((error) => [`${error.field}: ${error.message}`, error])).values()];
}
