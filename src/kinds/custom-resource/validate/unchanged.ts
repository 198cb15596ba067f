import { isObject, jsonEqual } from '#base/json.ts';
import { itemsOf, propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';

/** Whether a value counts as what it was (`old`), so that rules made stricter since leave it alone (spec: api.md section 21). As upstream
 *  sees it, the items of map lists may change places, and what holds fields that the schema does not know has always changed. */
export function isAsBefore(schema: JSONSchemaProps, value: unknown, old: unknown): boolean {
  if (Array.isArray(value) && Array.isArray(old)) {
    if (value.length !== old.length) return false;
    const items = itemsOf(schema);
    if (!isMapList(schema) || items === undefined) return jsonEqual(value, old);
    const before = itemFinder(schema, old);
    return value.every((item) => {
      const one = before(item);
      return one !== undefined && isAsBefore(items, item, one);
    });
  }
  if (isObject(value) && isObject(old)) {
    const keys = keysOf(value);
    return keys.length === keysOf(old).length && keys.every((key) => isSameField(schema, key, value[key], old[key]));
  }
  return jsonEqual(value, old);
}

function isSameField(schema: JSONSchemaProps, key: string, value: unknown, old: unknown): boolean {
  const known = propertyOf(schema, key) ?? valuesOf(schema);
  return known !== undefined && old !== undefined && isAsBefore(known, value, old);
}

/** A key that holds undefined counts as absent, as everywhere in our objects. */
function keysOf(object: { readonly [key: string]: unknown }): readonly string[] {
  return Object.keys(object).filter((key) => object[key] !== undefined);
}

/** Finds what an item was before: only the items of map lists can be recognised. */
export function itemFinder(schema: JSONSchemaProps, old: readonly unknown[]): (item: unknown) => unknown {
  if (!isMapList(schema)) return () => undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keyOf = (item: unknown): string => JSON.stringify(isObject(item) ? keys.map((key) => item[key] ?? null) : null);
  const byKey = new Map(old.map((item) => [keyOf(item), item]));
  return (item) => byKey.get(keyOf(item));
}

function isMapList(schema: JSONSchemaProps): boolean {
  const { 'x-kubernetes-list-type': type, 'x-kubernetes-list-map-keys': keys = [] } = schema;
  return type === 'map' && keys.length > 0;
}
