import type { JsonObject } from '#base/json.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';

const kindDoc = 'The kind of this object.';
const versionDoc = 'The group and version of the kind.';
const metadataDoc = 'Name, labels and everything else that all objects have.';

/** The schema of a custom resource as it is published (spec: api.md section 3.3): with the fields that every object has, and in
 *  version 2 without the words that OpenAPI 2 does not know. */
export function publishedSchema(schema: JSONSchemaProps, version: 2 | 3, definitions: string): JsonObject {
  return resource(schema, version, definitions);
}

function resource(schema: JSONSchemaProps, version: 2 | 3, definitions: string): JsonObject {
  const reference = { $ref: `${definitions}${ObjectMeta.name}` };
  const own = published(schema, version, definitions);
  const properties = (own.properties ?? {}) as JsonObject;
  return {
    ...own,
    properties: {
      ...properties,
      apiVersion: { description: versionDoc, type: 'string' },
      kind: { description: kindDoc, type: 'string' },
      metadata:
        version === 3 ? { description: metadataDoc, allOf: [reference] } : { description: metadataDoc, ...reference },
    },
  };
}

/** Words of JSON Schema that OpenAPI 2 lacks, or that its readers would take for more than they are. */
const onlyInThree = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'nullable', 'x-kubernetes-validations']);

function published(schema: JSONSchemaProps, version: 2 | 3, definitions: string): JsonObject {
  const below = (inner: JSONSchemaProps): JsonObject =>
    inner['x-kubernetes-embedded-resource'] === true
      ? resource(inner, version, definitions)
      : published(inner, version, definitions);
  // A value that may be null has no type in OpenAPI 2, and one whose fields are kept has no known fields.
  const isOpen = version === 2 && (schema.nullable === true || schema['x-kubernetes-preserve-unknown-fields'] === true);
  const shown: { [key: string]: unknown } = {};
  for (const [key, value] of Object.entries(schema)) {
    if (version === 2 && onlyInThree.has(key)) continue;
    if (isOpen && (key === 'properties' || key === 'items' || key === 'additionalProperties')) continue;
    if (isOpen && key === 'type' && schema.nullable === true) continue;
    shown[key] = value;
  }
  const { properties, items, additionalProperties } = shown as JSONSchemaProps;
  if (properties !== undefined) {
    shown.properties = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, below(inner)]));
  }
  if (items !== undefined && !Array.isArray(items)) shown.items = below(items as JSONSchemaProps);
  if (typeof additionalProperties === 'object') shown.additionalProperties = below(additionalProperties);
  return shown as JsonObject;
}
