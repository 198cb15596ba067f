import { itemsOf, propertyOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, boolean, double, int64, list, map, object, raw, string } from '#schema/build.ts';
import type { Fields, ListMerge, MapType, ObjectType, Type } from '#schema/type.ts';

/** Objects are merged key by key, whatever they hold; lists and scalars are replaced. */
const anything: MapType = { is: 'map', value: raw, atomic: false, loose: true };

/** What patches and managed fields need to know of a value: a type of the schema language in which every value has its place
 *  as upstream's server-side apply gives it (spec: api.md section 9.4). */
export function patchType(schema: JSONSchemaProps): Type {
  if (schema['x-kubernetes-int-or-string'] === true) return raw;
  switch (schema.type) {
    case 'object':
      return objectType(schema);
    case 'array':
      return list(patchType(itemsOf(schema) ?? {}), mergeOf(schema));
    case 'string':
      return string;
    case 'boolean':
      return boolean;
    case 'integer':
      return int64;
    case 'number':
      return double;
    default:
      return anything;
  }
}

/** The fields of an object; the fields of every resource are those of `meta`. */
export function patchFields(schema: JSONSchemaProps, meta: Fields = {}): Fields {
  const own = Object.keys(schema.properties ?? {}).filter((name) => !Object.hasOwn(meta, name));
  const field = (name: string) => {
    const property = propertyOf(schema, name) ?? {};
    const { default: value } = property;
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    // Nothing counts as unset but what is absent.
    return always(0, patchType(property), property.description ?? '', isPlain ? { default: value } : {});
  };
  return { ...meta, ...Object.fromEntries(own.map((name) => [name, field(name)])) };
}

/** Fields that the schema does not name but keeps. */
export function patchOthers(schema: JSONSchemaProps): { readonly others?: Type } {
  return schema['x-kubernetes-preserve-unknown-fields'] === true ? { others: anything } : {};
}

function objectType(schema: JSONSchemaProps): Type {
  const { properties, additionalProperties } = schema;
  const isAtomic = schema['x-kubernetes-map-type'] === 'atomic';
  if (properties === undefined || Object.keys(properties).length === 0) {
    const value = typeof additionalProperties === 'object' ? patchType(additionalProperties) : anything;
    if (typeof additionalProperties === 'object' || schema['x-kubernetes-embedded-resource'] !== true) {
      return map(value, isAtomic ? { atomic: true } : {});
    }
  }
  const fields = patchFields(schema, schema['x-kubernetes-embedded-resource'] === true ? embeddedFields : {});
  const type: ObjectType = object('', schema.description ?? '', fields, isAtomic ? { atomic: true } : {});
  return { ...type, ...patchOthers(schema) };
}

const embeddedFields: Fields = {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(0, ObjectMeta),
};

function mergeOf(schema: JSONSchemaProps): ListMerge {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const patch = { as: 'replace' } as const;
  switch (schema['x-kubernetes-list-type']) {
    case 'map':
      return { apply: { as: 'map', keys }, patch };
    case 'set':
      return { apply: { as: 'set' }, patch };
    default:
      return { apply: { as: 'atomic' }, patch };
  }
}
