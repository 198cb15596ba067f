import type { JsonObject } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

/** How field selectors read the fields that a version lets them name; an absent one reads as "". */
export function selectableFields(
  fields: readonly { readonly jsonPath: string }[] | undefined,
): ResourceDefinition['selectableFields'] {
  return Object.fromEntries(
    (fields ?? []).map(({ jsonPath }) => {
      const path = jsonPath.replace(/^\./, '');
      return [path, (object: KubeObject) => textAt(object, path.split('.'))];
    }),
  );
}

/** The fields that selectors may name, as OpenAPI tells clients of them; nothing where there are none. */
export function publishedSelectableFields(fields: readonly { readonly jsonPath: string }[] = []): JsonObject {
  if (fields.length === 0) return {};
  return {
    'x-kubernetes-selectable-fields': fields.map(({ jsonPath }) => ({ fieldPath: jsonPath.replace(/^\./, '') })),
  };
}

function textAt(object: unknown, steps: readonly string[]): string {
  let value = object;
  for (const step of steps) value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}
