import { isObject } from '#base/json.ts';
import { itemsOf, propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

/** Findings on lists that hold twice what they may hold once: the items of sets, and those of map lists with the same keys. */
export function validateListTypes(schema: JSONSchemaProps, value: unknown, field: string): Findings {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    return [
      ...duplicates(schema, value, field),
      ...(items === undefined
        ? []
        : value.flatMap((item, index) => validateListTypes(items, item, `${field}[${index}]`))),
    ];
  }
  if (!isObject(value)) return [];
  const values = valuesOf(schema);
  return Object.entries(value).flatMap(([key, inner]) => {
    const property = propertyOf(schema, key);
    if (property !== undefined) return validateListTypes(property, inner, field === '' ? key : `${field}.${key}`);
    return values === undefined ? [] : validateListTypes(values, inner, `${field}[${key}]`);
  });
}

function duplicates(schema: JSONSchemaProps, list: readonly unknown[], field: string): Findings {
  const keyOf = identity(schema);
  if (keyOf === undefined) return [];
  const counts = new Map<string, number>();
  return list.flatMap((item, index) => {
    const key = keyOf(item);
    const text = canonical(key);
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    // Told once of each, at the second, with its keys in order.
    return count === 2 ? [fieldError.duplicate(`${field}[${index}]`, JSON.parse(text))] : [];
  });
}

/** What items are told apart by; undefined if they are not. */
function identity(schema: JSONSchemaProps): ((item: unknown) => unknown) | undefined {
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return (item) => item;
    case 'map': {
      const keys = (schema['x-kubernetes-list-map-keys'] ?? []).toSorted();
      return (item) =>
        isObject(item)
          ? Object.fromEntries(keys.filter((key) => Object.hasOwn(item, key)).map((key) => [key, item[key]]))
          : item;
    }
    default:
      return undefined;
  }
}

/** The same text for equal values, in whatever order they have their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
