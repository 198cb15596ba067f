import { itemsOf, propertyOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { validateRuleWords } from '#kinds/custom-resource-definition/validate/rule-words.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

interface Place {
  readonly field: string;
  /** Why no defaults may stand here; undefined if they may. */
  readonly noDefaults?: string;
  readonly isInsideMeta: boolean;
}

/** Findings on the words of a schema: those of JSON Schema that are not supported, and those that contradict each other. */
export function validateWords(schema: JSONSchemaProps, field: string): Findings {
  return wordsOf(schema, { field, isInsideMeta: false }, true);
}

function wordsOf(schema: JSONSchemaProps, place: Place, isRoot: boolean): Findings {
  const { field } = place;
  return [
    ...unsupportedWords(schema, place),
    ...(schema.uniqueItems === true
      ? [
          fieldError.forbidden(
            `${field}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...wordsOfParts(schema, place, isRoot),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false
      ? [fieldError.invalid(`${field}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')]
      : []),
    ...validateMapType(schema, field),
    ...validateListType(schema, field),
    ...validateListKeys(schema, field),
    ...validateRuleWords(schema, field),
  ];
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

const unsupported: readonly (readonly [keyof JSONSchemaProps, string])[] = [
  ['id', 'id is not supported'],
  ['additionalItems', 'additionalItems is not supported'],
  ['patternProperties', 'patternProperties is not supported'],
  ['definitions', 'definitions is not supported'],
  ['dependencies', 'dependencies is not supported'],
  ['$ref', '$ref is not supported'],
];

function unsupportedWords(schema: JSONSchemaProps, { field, noDefaults, isInsideMeta }: Place): Findings {
  const { type } = schema;
  return [
    ...(type === undefined || types.includes(type) ? [] : [fieldError.notSupported(`${field}.type`, type, types)]),
    ...(schema.default !== undefined && noDefaults !== undefined
      ? [fieldError.forbidden(`${field}.default`, `must not be set ${noDefaults}`)]
      : []),
    ...unsupported
      .filter(([word]) => schema[word] !== undefined)
      .map(([word, text]) => fieldError.forbidden(`${field}.${word}`, text)),
    ...(type === 'null'
      ? [fieldError.forbidden(`${field}.type`, 'type cannot be set to null, use nullable as an alternative')]
      : []),
    ...(Array.isArray(schema.items)
      ? [fieldError.forbidden(`${field}.items`, 'items must be a schema object and not an array')]
      : []),
    ...(isInsideMeta && schema['x-kubernetes-embedded-resource'] === true
      ? [fieldError.forbidden(`${field}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta')]
      : []),
  ];
}

function wordsOfParts(schema: JSONSchemaProps, place: Place, isRoot: boolean): Findings {
  const { field } = place;
  const { additionalProperties, properties = {}, not } = schema;
  const items = itemsOf(schema);
  const at = (below: string): Place => ({ ...place, field: `${field}.${below}` });
  const inMap = {
    ...at('additionalProperties'),
    noDefaults: 'inside additionalProperties applying to object metadata',
  };
  return [
    ...(additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties).length > 0
      ? [
          fieldError.forbidden(
            `${field}.additionalProperties`,
            'additionalProperties and properties are mutual exclusive',
          ),
        ]
      : []),
    ...(typeof additionalProperties === 'object'
      ? wordsOf(additionalProperties, place.isInsideMeta ? inMap : at('additionalProperties'), false)
      : []),
    ...Object.entries(properties).flatMap(([name, part]) =>
      wordsOf(part, propertyPlace(schema, at(`properties[${name}]`), name, isRoot), false),
    ),
    ...(not === undefined ? [] : wordsOf(not, at('not'), false)),
    ...(['allOf', 'oneOf', 'anyOf'] as const).flatMap((word) =>
      (schema[word] ?? []).flatMap((part, index) => wordsOf(part, at(`${word}[${index}]`), false)),
    ),
    ...(items === undefined ? [] : wordsOf(items, at('items'), false)),
  ];
}

function propertyPlace(schema: JSONSchemaProps, place: Place, name: string, isRoot: boolean): Place {
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true;
  if (!isResource || !['metadata', 'kind', 'apiVersion'].includes(name)) return place;
  return { ...place, isInsideMeta: true, ...(isRoot ? { noDefaults: `in top-level ${name}` } : {}) };
}

/** The type must be the one that a word is for. */
function checkType(schema: JSONSchemaProps, field: string, type: string, word: string): Findings {
  if (schema.type === type) return [];
  const text = `must be ${type} if ${word} is specified`;
  if (schema.type === undefined) return [fieldError.required(`${field}.type`, text)];
  return [fieldError.invalid(`${field}.type`, schema.type, text)];
}

function validateMapType(schema: JSONSchemaProps, field: string): Findings {
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return [];
  const supported = ['atomic', 'granular'];
  return [
    ...checkType(schema, field, 'object', 'x-kubernetes-map-type'),
    ...(supported.includes(mapType)
      ? []
      : [fieldError.notSupported(`${field}.x-kubernetes-map-type`, mapType, supported)]),
  ];
}

function validateListType(schema: JSONSchemaProps, field: string): Findings {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const at = `${field}.x-kubernetes-list-type`;
  const keysText = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (listType === undefined) return keys.length === 0 ? [] : [fieldError.required(at, keysText)];
  const supported = ['atomic', 'set', 'map'];
  return [
    ...checkType(schema, field, 'array', 'x-kubernetes-list-type'),
    ...(listType === 'set' && schema.type === 'array' ? validateSetItems(itemsOf(schema), field) : []),
    ...(supported.includes(listType) ? [] : [fieldError.notSupported(at, listType, supported)]),
    ...(keys.length > 0 && listType !== 'map' ? [fieldError.invalid(at, listType, keysText)] : []),
    ...(listType === 'map' ? validateMapItems(schema, field, keys) : []),
  ];
}

/** The items of a set are told apart as a whole. */
function validateSetItems(items: JSONSchemaProps | undefined, field: string): Findings {
  const text = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const { type, 'x-kubernetes-list-type': listType, 'x-kubernetes-map-type': mapType } = items ?? {};
  if (type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [fieldError.invalid(`${field}.items.x-kubernetes-list-type`, listType, text)];
  }
  if (type === 'object' && mapType !== 'atomic') {
    // Upstream shows the type of the list here.
    return [fieldError.invalid(`${field}.items.x-kubernetes-map-type`, listType, text)];
  }
  return [];
}

function validateMapItems(schema: JSONSchemaProps, field: string, keys: readonly string[]): Findings {
  const items = itemsOf(schema);
  const at = `${field}.x-kubernetes-list-map-keys`;
  const isObject = items?.type === 'object';
  return [
    ...(keys.length === 0 ? [fieldError.required(at, 'must not be empty if x-kubernetes-list-type is map')] : []),
    ...(schema.items === undefined
      ? [fieldError.required(`${field}.items`, 'must have a schema if x-kubernetes-list-type is map')]
      : []),
    ...(items !== undefined && !isObject
      ? [
          fieldError.invalid(
            `${field}.items.type`,
            items.type ?? '',
            "must be object if parent array's x-kubernetes-list-type is map",
          ),
        ]
      : []),
    ...(isObject ? keys : []).flatMap((key, index) => [
      ...validateMapKey(items as JSONSchemaProps, key, `${field}.items`, at, keys),
      ...(keys.indexOf(key) < index ? [fieldError.invalid(at, keys, 'must not contain duplicate entries')] : []),
    ]),
  ];
}

function validateMapKey(
  items: JSONSchemaProps,
  key: string,
  field: string,
  at: string,
  keys: readonly string[],
): Findings {
  const property = propertyOf(items, key);
  if (property === undefined) return [fieldError.invalid(at, keys, 'entries must all be names of item properties')];
  if (property.type !== 'array' && property.type !== 'object') return [];
  const text = "must be a scalar type if parent array's x-kubernetes-list-type is map";
  return [fieldError.invalid(`${field}.properties[${key}].type`, items.type, text)];
}

/** What tells items apart must be there, and so must the items themselves. */
function validateListKeys(schema: JSONSchemaProps, field: string): Findings {
  const items = itemsOf(schema);
  const listType = schema['x-kubernetes-list-type'];
  if (items === undefined || (listType !== 'set' && listType !== 'map')) return [];
  const keys = listType === 'map' ? (schema['x-kubernetes-list-map-keys'] ?? []) : [];
  return [
    ...(items.nullable === true
      ? [
          fieldError.forbidden(
            `${field}.items.nullable`,
            `cannot be nullable when x-kubernetes-list-type is ${listType}`,
          ),
        ]
      : []),
    ...keys.flatMap((key) => {
      const property = propertyOf(items, key);
      if (property === undefined) return [];
      const at = `${field}.items.properties[${key}]`;
      const text = 'this property is in x-kubernetes-list-map-keys, so it';
      const isGiven = items.required?.includes(key) === true || property.default !== undefined;
      return [
        ...(isGiven
          ? []
          : [fieldError.required(`${at}.default`, `${text} must have a default or be a required property`)]),
        ...(property.nullable === true ? [fieldError.forbidden(`${at}.nullable`, `${text} cannot be nullable`)] : []),
      ];
    }),
  ];
}
