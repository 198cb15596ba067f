import type { JsonObject } from '#base/json.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { ObjectMeta, objectFields } from '#kinds/meta/schema.ts';

const { kind: kindField, apiVersion: versionField, metadata: metadataField } = objectFields;

/** The schema of a custom resource as it is published (spec: api.md section 3.3): with the fields that every object has, and in
 *  version 2 without what OpenAPI 2 does not know or its readers take for more than it is. */
export function publishedSchema(schema: JSONSchemaProps, version: 2 | 3, definitions: string): JsonObject {
  // kubectl refuses in a list what a schema of version 2 does not name; where anything may stand, nothing is named.
  if (version === 2 && schema['x-kubernetes-preserve-unknown-fields'] === true) return { type: 'object' };
  return withObjectFields(published(schema, version, definitions), version, definitions);
}

function withObjectFields(own: JsonObject, version: 2 | 3, definitions: string): JsonObject {
  const reference = { $ref: `${definitions}${ObjectMeta.name}` };
  const properties = (own.properties ?? {}) as JsonObject;
  return {
    ...own,
    properties: {
      ...properties,
      apiVersion: { description: versionField.doc, type: 'string' },
      kind: { description: kindField.doc, type: 'string' },
      metadata:
        version === 3
          ? { description: metadataField.doc, allOf: [reference] }
          : { description: metadataField.doc, ...reference },
    },
  };
}

/** An object inside of another must say what it is; one that keeps unknown fields is left open in version 2. */
function embedded(schema: JSONSchemaProps, version: 2 | 3, definitions: string): JsonObject {
  const own = published(schema, version, definitions);
  if (version === 2 && schema['x-kubernetes-preserve-unknown-fields'] === true) return own;
  const required = [...new Set([...((own.required ?? []) as string[]), 'kind', 'apiVersion'])];
  return { ...withObjectFields(own, version, definitions), required };
}

function published(schema: JSONSchemaProps, version: 2 | 3, definitions: string): JsonObject {
  const below = (inner: JSONSchemaProps): JsonObject =>
    inner['x-kubernetes-embedded-resource'] === true
      ? embedded(inner, version, definitions)
      : published(inner, version, definitions);
  const shown: { [key: string]: unknown } = version === 2 ? forVersionTwo(schema) : { ...schema };
  const { properties, items, additionalProperties } = shown as JSONSchemaProps;
  if (properties !== undefined) {
    shown.properties = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, below(inner)]));
  }
  if (items !== undefined && !Array.isArray(items)) shown.items = below(items as JSONSchemaProps);
  if (typeof additionalProperties === 'object') shown.additionalProperties = below(additionalProperties);
  return shown as JsonObject;
}

/** Words of JSON Schema that OpenAPI 2 lacks. */
const onlyInThree: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'nullable']);

/** One level of a schema as version 2 says it. A value that may be null, or whose fields are kept, has neither known parts nor
 *  a type: readers of version 2 hold every type with no parts, and every part with no type, for a mistake. */
function forVersionTwo(schema: JSONSchemaProps): { [key: string]: unknown } {
  const keepsFields = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const isOpen = keepsFields || schema.nullable === true;
  const shown = Object.entries(schema).filter(
    ([key]) => !(onlyInThree.has(key) || (isOpen && (key === 'properties' || key === 'items'))),
  );
  const kept = Object.fromEntries(shown) as JSONSchemaProps;
  const { type, required: _, ...others } = kept;
  const isUntyped =
    schema.nullable === true ||
    (keepsFields && type === 'object') ||
    (type === 'array' && (isOpen || schema.items === undefined));
  const required = requiredInTwo(kept);
  return {
    ...others,
    ...(type === undefined || isUntyped ? {} : { type }),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** The required fields without those known to be nullable: version 2 cannot say that null is a value. */
function requiredInTwo({ required = [], properties = {}, additionalProperties }: JSONSchemaProps): readonly string[] {
  if (typeof additionalProperties === 'object' && additionalProperties.nullable === true) return [];
  return required.filter((name) => properties[name]?.nullable !== true);
}
