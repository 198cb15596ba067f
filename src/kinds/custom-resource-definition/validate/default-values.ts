import { itemsOf, readValue } from '#kinds/custom-resource/read.ts';
import { validateEmbedded } from '#kinds/custom-resource/validate/embedded.ts';
import { validateListTypes } from '#kinds/custom-resource/validate/list-types.ts';
import { validateValue } from '#kinds/custom-resource/validate/value.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

/** Findings on defaults: each must be a value that its own schema allows, and hold no fields that would be dropped. */
export function validateDefaults(schema: JSONSchemaProps, field: string): readonly FieldError[] {
  const items = itemsOf(schema);
  return [
    ...(schema.default === undefined ? [] : validateDefault(schema, `${field}.default`)),
    ...(items === undefined ? [] : validateDefaults(items, `${field}.items`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      validateDefaults(part, `${field}.properties[${name}]`),
    ),
  ];
}

function validateDefault(schema: JSONSchemaProps, field: string): readonly FieldError[] {
  const { default: value } = schema;
  const { unknown } = readValue(value, schema);
  const findings = [
    ...(unknown.length === 0 ? [] : [fieldError.invalid(field, value, 'must not have unknown fields')]),
    ...validateEmbedded(schema, value, field),
    ...validateValue(schema, value, { base: field, path: '' }).errors,
    ...validateListTypes(schema, value, field),
  ];
  return [...new Map(findings.map((error) => [`${error.field}: ${error.message}`, error])).values()];
}
