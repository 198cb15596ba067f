import { itemsOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import {
  validateDefaults,
  validateDefaultsByRules,
} from '#kinds/custom-resource-definition/validate/default-values.ts';
import { validateSchemaRules } from '#kinds/custom-resource-definition/validate/rules.ts';
import { validateStructure } from '#kinds/custom-resource-definition/validate/structure.ts';
import { validateWords } from '#kinds/custom-resource-definition/validate/words.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import { fieldError } from '#kinds/meta/field-error.ts';

/** What may stand beside the fields if the status is written by itself: its schema is then taken out of them. */
const allowedWithStatus = [
  'Description',
  'Type',
  'Format',
  'Title',
  'Maximum',
  'ExclusiveMaximum',
  'Minimum',
  'ExclusiveMinimum',
  'MaxLength',
  'MinLength',
  'Pattern',
  'MaxItems',
  'MinItems',
  'UniqueItems',
  'MultipleOf',
  'Required',
  'Items',
  'Properties',
  'ExternalDocs',
  'Example',
  'XPreserveUnknownFields',
  'XValidations',
];

/** Findings on the schema of a version; `isKept` if it had the same before. */
export function validateRootSchema(
  schema: JSONSchemaProps | undefined,
  field: string,
  { hasStatus, isKept = false }: { readonly hasStatus: boolean; readonly isKept?: boolean },
): readonly FieldError[] {
  if (schema === undefined) return [];
  const unread = unreadText(schema);
  const structure = unread === undefined ? validateTypes(schema, field) : [];
  const words = validateWords(schema, field);
  const findings = [
    ...(hasStatus ? validateBesideStatus(schema, field) : []),
    ...(schema.nullable === true
      ? [fieldError.forbidden(`${field}.nullable`, 'nullable cannot be true at the root')]
      : []),
    ...structure,
    ...words,
    ...(unread === undefined && structure.length === 0 ? validateSchemaRules(schema, field, words, { isKept }) : []),
  ];
  if (findings.length > 0) return findings;
  return unread === undefined ? validateDefaultsByRules(schema, field) : [fieldError.invalid(field, '', unread)];
}

const unreadWords = [
  'id',
  '$schema',
  '$ref',
  'patternProperties',
  'dependencies',
  'additionalItems',
  'definitions',
] as const;

/** Why a schema is not looked at as one that is structural, if it is not: words in it that mean nothing there. */
function unreadText(schema: JSONSchemaProps): string | undefined {
  const word = unreadWords.find((one) => schema[one] !== undefined);
  if (word !== undefined) return `OpenAPIV3Schema '${word === '$schema' ? 'schema' : word}' is not supported`;
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  if (Array.isArray(schema.items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  const { not, allOf = [], anyOf = [], oneOf = [], properties = {}, additionalProperties } = schema;
  const items = itemsOf(schema);
  const parts = [
    ...(not === undefined ? [] : [not]),
    ...[...allOf, ...anyOf, ...oneOf],
    ...(items === undefined ? [] : [items]),
    ...Object.values(properties),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
  for (const part of parts) {
    const text = unreadText(part);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Defaults can be judged only where the schema says what everything is. */
function validateTypes(schema: JSONSchemaProps, field: string): readonly FieldError[] {
  const structure = validateStructure(schema, field);
  return structure.length > 0 ? structure : validateDefaults(schema, field);
}

function validateBesideStatus(schema: JSONSchemaProps, field: string): readonly FieldError[] {
  if (schema.type !== undefined && schema.type !== 'object') {
    const detail =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [fieldError.invalid(`${field}.type`, schema.type, detail)];
  }
  const internal = (word: string): string =>
    word.replace(/^x-kubernetes-/, 'X-').replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (Object.keys(schema).every((word) => allowedWithStatus.includes(internal(word)))) return [];
  const detail = `only [${allowedWithStatus.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return [fieldError.invalid(field, { Schema: schema }, detail)];
}
