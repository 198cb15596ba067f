import { heldFormat } from '#kinds/custom-resource/validate/formats.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import { goQuote } from '#kinds/meta/quote.ts';

/** What people are told of formats that no value is held to; of a change, only of those that are new. */
export function formatWarnings(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): readonly string[] {
  const known = new Set(old === undefined ? [] : unknownFormats(old));
  const found = new Set(unknownFormats(definition));
  return [...found.difference(known)].map((format) => `unrecognized format ${goQuote(format)}`);
}

function unknownFormats({ spec }: CustomResourceDefinition): readonly string[] {
  return spec.versions.flatMap(({ schema }) => unknownIn(schema?.openAPIV3Schema));
}

function unknownIn(schema: JSONSchemaProps | undefined): readonly string[] {
  if (schema === undefined) return [];
  const { format = '', items, not, allOf = [], anyOf = [], oneOf = [], properties = {}, additionalProperties } = schema;
  const parts = [
    ...(items === undefined ? [] : [items].flat()),
    ...[...allOf, ...anyOf, ...oneOf],
    not,
    ...Object.values(properties),
    typeof additionalProperties === 'object' ? additionalProperties : undefined,
  ] as readonly (JSONSchemaProps | undefined)[];
  const own = format === '' || heldFormat(schema) !== '' ? [] : [format];
  return [...own, ...parts.flatMap(unknownIn)];
}
