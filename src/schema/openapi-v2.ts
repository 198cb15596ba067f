import { type Definitions, definitionsOf } from '#schema/openapi-schema.ts';
import type { ObjectType } from '#schema/type.ts';

/** `definitions` of an OpenAPI v2 document: `types` and all they refer to. Callers add `x-kubernetes-group-version-kind`. */
export function openApiV2Definitions(types: readonly ObjectType[]): Definitions {
  return definitionsOf(types, { definitions: '#/definitions/', isThree: false });
}
