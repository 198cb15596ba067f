import type { Operation, PathItem } from '#api/openapi/operations.ts';
import type { Parameter } from '#api/openapi/parameters.ts';
import type { JsonObject } from '#base/json.ts';

/** How one version of OpenAPI spells what is within a path. */
export interface Spelling {
  readonly operation: (operation: Operation) => JsonObject;
  readonly parameter: (parameter: Parameter) => JsonObject;
}

/** The `paths` of a document. */
export function pathItems(paths: readonly PathItem[], spelling: Spelling): JsonObject {
  return Object.fromEntries(paths.map((item) => [item.path, pathItem(item, spelling)]));
}

function pathItem({ operations, parameters }: PathItem, spelling: Spelling): JsonObject {
  return {
    ...Object.fromEntries(operations.map((operation) => [operation.method, spelling.operation(operation)])),
    ...(parameters.length === 0 ? {} : { parameters: parameters.map(spelling.parameter) }),
  };
}

/** The end of an operation, which both versions spell alike but for the body of an answer. */
export function outcomeOf(
  { answers, action, kind }: Operation,
  answerBody: (schema: string) => JsonObject,
): JsonObject {
  return {
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([code, schema]) => [code, answerBody(schema)])),
      401: { description: 'Unauthorized' },
    },
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(kind === undefined ? {} : { 'x-kubernetes-group-version-kind': { ...kind } }),
  };
}
