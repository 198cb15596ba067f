import { type Definitions, definitionsOf } from '#schema/openapi-schema.ts';
import type { ObjectType } from '#schema/type.ts';

/** `components.schemas` of an OpenAPI v3 document: `types` and all they refer to. Callers add `x-kubernetes-group-version-kind`. */
export function openApiV3Schemas(types: readonly ObjectType[]): Definitions {
  return definitionsOf(types, { definitions: '#/components/schemas/', isThree: true });
}
