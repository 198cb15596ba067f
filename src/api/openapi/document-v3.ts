import type { Definitions } from '#api/openapi/common-definitions.ts';
import { definitionsOf } from '#api/openapi/definitions.ts';
import { type Operation, type PathItem, pathsOf } from '#api/openapi/operations.ts';
import type { Parameter } from '#api/openapi/parameters.ts';
import { outcomeOf, pathItems } from '#api/openapi/path-items.ts';
import type { JsonObject } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { openApiV3Schemas } from '#schema/openapi-v3.ts';

const title = 'Kubernetes';

/** What clients may ask for; the first is what they get unless they ask. */
const answerTypes = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The OpenAPI v3 document of one group and version (spec: api.md section 3.3). */
export function versionDocumentV3(
  group: string,
  version: string,
  resources: readonly ResourceDefinition[],
  release: string,
): JsonObject {
  const ref = (name: string): JsonObject => ({ allOf: [{ $ref: reference(name) }], default: {} });
  return document(pathsOf(group, version, resources), definitionsOf(resources, openApiV3Schemas, ref), release);
}

/** A document for a path that is not a version's, such as `/apis/` or `/version/`: it answers with JSON, and no more is said. */
export function pathDocumentV3(path: string, id: string, description: string, release: string): JsonObject {
  const operation: Operation = { method: 'get', id, description, parameters: [], answers: { 200: 'string' } };
  return document([{ path, parameters: [], operations: [operation] }], {}, release);
}

function document(paths: readonly PathItem[], schemas: Definitions, release: string): JsonObject {
  return {
    openapi: '3.0.0',
    info: { title, version: release },
    paths: pathItems(paths, { operation: operationBody, parameter: parameterBody }),
    components: {
      schemas,
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  };
}

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

function operationBody(operation: Operation): JsonObject {
  const { id, description, body } = operation;
  return {
    description,
    operationId: id,
    ...(operation.parameters.length === 0 ? {} : { parameters: operation.parameters.map(parameterBody) }),
    ...(body === undefined
      ? {}
      : { requestBody: { content: contentOf(body.schema, body.types), required: body.required } }),
    ...outcomeOf(operation, answerBody),
  };
}

function answerBody(schema: string): JsonObject {
  if (schema === 'string') return { description: 'OK', content: { 'text/plain': { schema: { type: 'string' } } } };
  return { description: 'OK', content: contentOf(schema, answerTypes) };
}

function contentOf(schema: string, types: readonly string[]): JsonObject {
  return Object.fromEntries(types.map((type) => [type, { schema: { $ref: reference(schema) } }]));
}

function parameterBody({ name, in: where, type, description }: Parameter): JsonObject {
  return {
    name,
    in: where,
    description,
    ...(where === 'path' ? { required: true } : {}),
    schema: { type, uniqueItems: true },
  };
}
