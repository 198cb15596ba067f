import { jsonEqual } from '#base/json.ts';

import { Pattern, PatternError } from '#base/pattern.ts';
import { itemsOf, propertyOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];
type Level = 'root' | 'item' | 'field';

/** Findings on a schema that is not structural: one that does not say of every value what type it is, so that nobody could tell
 *  which fields to drop (spec: api.md section 21). */
export function validateStructure(schema: JSONSchemaProps, field: string): Findings {
  return [...validatePart(schema, 'root', field), ...complete(schema, schema, field, field)];
}

function validatePart(schema: JSONSchemaProps, level: Level, field: string): Findings {
  const { type, additionalProperties } = schema;
  const items = itemsOf(schema);
  return [
    ...(type === 'array' && schema.items === undefined
      ? [fieldError.required(`${field}.items`, 'must be specified')]
      : []),
    ...(items === undefined ? [] : validatePart(items, 'item', `${field}.items`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      validatePart(part, 'field', `${field}.properties[${name}]`),
    ),
    ...(additionalProperties !== undefined && level === 'root'
      ? [fieldError.forbidden(`${field}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(typeof additionalProperties === 'object'
      ? validatePart(additionalProperties, 'field', `${field}.additionalProperties`)
      : []),
    ...validateExtensions(schema, field),
    ...validateConditions(schema, field, schema['x-kubernetes-int-or-string'] === true),
    ...validateType(schema, level, field),
    ...validateMeta(schema, level, field),
  ];
}

function validateExtensions(schema: JSONSchemaProps, field: string): Findings {
  if (schema['x-kubernetes-int-or-string'] !== true) return [];
  const text = 'must be false if x-kubernetes-int-or-string is true';
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter((word) => schema[word] === true)
    .map((word) => fieldError.invalid(`${field}.${word}`, true, text));
}

function validateType(schema: JSONSchemaProps, level: Level, field: string): Findings {
  const { type = '' } = schema;
  const at = `${field}.type`;
  const isResource = schema['x-kubernetes-embedded-resource'] === true;
  const isOpen =
    schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const findings: FieldError[] = [];
  if (isResource && type !== 'object') {
    const text = 'must be object if x-kubernetes-embedded-resource is true';
    findings.push(type === '' ? fieldError.required(at, text) : fieldError.invalid(at, type, text));
  } else if (type === '' && !isOpen) findings.push(fieldError.required(at, untyped[level]));
  if (level === 'root' && type !== '' && type !== 'object') {
    findings.push(fieldError.invalid(at, type, 'must be object at the root'));
  }
  return findings;
}

const untyped: { readonly [L in Level]: string } = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** What every object has is known already: a schema may only restrict names further. */
function validateMeta(schema: JSONSchemaProps, level: Level, field: string): Findings {
  const isResource = schema['x-kubernetes-embedded-resource'] === true;
  if (level !== 'root' && !isResource) return [];
  const metadata = propertyOf(schema, 'metadata');
  const hasFields = Object.keys(schema.properties ?? {}).length > 0;
  return [
    ...['kind', 'apiVersion'].flatMap((name) => {
      const property = propertyOf(schema, name);
      if (property === undefined || property.type === 'string') return [];
      return [fieldError.invalid(`${field}.properties[${name}].type`, property.type ?? '', 'must be string')];
    }),
    ...(metadata === undefined || metadata.type === 'object'
      ? []
      : [fieldError.invalid(`${field}.properties[metadata].type`, metadata.type ?? '', 'must be object')]),
    ...(level === 'root' && metadata !== undefined && !restrictsNamesAlone(metadata)
      ? [
          fieldError.forbidden(
            `${field}.properties[metadata]`,
            'must not specify anything other than name and generateName, but metadata is implicitly specified',
          ),
        ]
      : []),
    ...(isResource && schema.additionalProperties !== undefined
      ? [
          fieldError.forbidden(
            `${field}.additionalProperties`,
            'must not be used if x-kubernetes-embedded-resource is set',
          ),
        ]
      : []),
    ...(isResource && !hasFields && schema['x-kubernetes-preserve-unknown-fields'] !== true
      ? [
          fieldError.required(
            `${field}.properties`,
            'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
          ),
        ]
      : []),
  ];
}

function restrictsNamesAlone({ type: _type, properties = {}, default: _default, ...rest }: JSONSchemaProps): boolean {
  const names = Object.keys(properties);
  return Object.keys(rest).length === 0 && names.every((name) => name === 'name' || name === 'generateName');
}

const intOrString = [{ type: 'integer' }, { type: 'string' }];

/** Conditions (allOf and the like) restrict values but say nothing new of what they are. */
function validateConditions(schema: JSONSchemaProps, field: string, isIntOrString: boolean): Findings {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  // The one way to spell out what int-or-string means is allowed, at the top or first in allOf.
  const skipsAny = isIntOrString && jsonEqual(anyOf, intOrString);
  const skipsFirst = isIntOrString && jsonEqual(allOf[0]?.anyOf, intOrString);
  return [
    ...(skipsAny ? [] : anyOf.flatMap((part, index) => validateCondition(part, `${field}.anyOf[${index}]`, false))),
    ...allOf.flatMap((part, index) => validateCondition(part, `${field}.allOf[${index}]`, skipsFirst && index === 0)),
    ...oneOf.flatMap((part, index) => validateCondition(part, `${field}.oneOf[${index}]`, false)),
    ...(not === undefined ? [] : validateCondition(not, `${field}.not`, false)),
    ...validatePattern(schema.pattern, field),
  ];
}

function validatePattern(source: string | undefined, field: string): Findings {
  if (source === undefined) return [];
  try {
    new Pattern(source);
    return [];
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const text = `must be a valid regular expression, but isn't: ${error.message}`;
    return [fieldError.invalid(`${field}.pattern`, source, text)];
  }
}

function validateCondition(schema: JSONSchemaProps, field: string, skipsAny: boolean): Findings {
  const { anyOf, ...withoutAny } = schema;
  const items = itemsOf(schema);
  return [
    ...validateConditions(skipsAny ? withoutAny : schema, field, false),
    ...(items === undefined ? [] : validateCondition(items, `${field}.items`, false)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      validateCondition(part, `${field}.properties[${name}]`, false),
    ),
    ...forbiddenInConditions
      .filter(([word]) => isSet(schema[word]))
      .map(([word, text]) => fieldError.forbidden(`${field}.${word}`, `must be ${text} to be structural`)),
    ...(propertyOf(schema, 'metadata') === undefined
      ? []
      : [fieldError.forbidden(`${field}.properties[metadata]`, 'must not be specified in a nested context')]),
  ];
}

const forbiddenInConditions: readonly (readonly [keyof JSONSchemaProps, string])[] = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['externalDocs', 'undefined'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
];

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '';
}

/** Every field or item that a condition speaks of must be known outside of it. */
function complete(schema: JSONSchemaProps | undefined, within: JSONSchemaProps, at: string, field: string): Findings {
  const conditions: readonly (readonly [JSONSchemaProps, string])[] = [
    ...named(within.allOf, `${field}.allOf`),
    ...named(within.anyOf, `${field}.anyOf`),
    ...named(within.oneOf, `${field}.oneOf`),
    ...(within.not === undefined ? [] : [[within.not, `${field}.not`] as const]),
  ];
  const inside = schema !== within ? [] : insideOf(schema, field);
  return [...conditions.flatMap(([condition, place]) => completeFor(schema, condition, at, place)), ...inside];
}

function named(parts: readonly JSONSchemaProps[] = [], field: string): readonly (readonly [JSONSchemaProps, string])[] {
  return parts.map((part, index) => [part, `${field}[${index}]`] as const);
}

function insideOf(schema: JSONSchemaProps, field: string): Findings {
  const { additionalProperties } = schema;
  const items = itemsOf(schema);
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) => {
      const place = `${field}.properties[${name}]`;
      return complete(part, part, place, place);
    }),
    ...(items === undefined ? [] : complete(items, items, `${field}.items`, `${field}.items`)),
    ...(typeof additionalProperties === 'object'
      ? complete(
          additionalProperties,
          additionalProperties,
          `${field}.additionalProperties`,
          `${field}.additionalProperties`,
        )
      : []),
  ];
}

function completeFor(
  schema: JSONSchemaProps | undefined,
  condition: JSONSchemaProps,
  at: string,
  field: string,
): Findings {
  if (schema === undefined) return [];
  const items = itemsOf(condition);
  const known = itemsOf(schema);
  const missing = (place: string, where: string): FieldError =>
    fieldError.required(place, `because it is defined in ${where}`);
  return [
    ...complete(schema, condition, at, field),
    ...Object.entries(condition.properties ?? {}).flatMap(([name, part]) => {
      const [place, where] = [`${at}.properties[${name}]`, `${field}.properties[${name}]`];
      const property = propertyOf(schema, name);
      return property === undefined ? [missing(place, where)] : completeFor(property, part, place, where);
    }),
    ...(items === undefined
      ? []
      : known === undefined
        ? [missing(`${at}.items`, `${field}.items`)]
        : completeFor(known, items, `${at}.items`, `${field}.items`)),
  ];
}
