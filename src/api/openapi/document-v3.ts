import { commonDefinitions, type Definitions, kindsByDefinition } from '#api/openapi/common-definitions.ts';
import { type Operation, type PathItem, pathsOf } from '#api/openapi/operations.ts';
import type { Parameter } from '#api/openapi/parameters.ts';
import type { JsonObject } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { DeleteOptions, ListMeta, Status } from '#kinds/meta/schema.ts';
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
  return document(pathsOf(group, version, resources), schemasOf(resources), release);
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
    paths: Object.fromEntries(paths.map((item) => [item.path, pathItem(item)])),
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

function schemasOf(resources: readonly ResourceDefinition[]): Definitions {
  const roots = [
    ...resources.map(({ schema }) => schema),
    ...resources.flatMap(({ subresources }) =>
      subresources.flatMap(({ schema }) => (schema === undefined ? [] : [schema])),
    ),
    DeleteOptions,
    ListMeta,
    Status,
  ];
  const kinds = kindsByDefinition(resources);
  const marked = Object.entries(openApiV3Schemas(roots)).map(([name, schema]) => {
    const stands = kinds.get(name);
    return [name, stands === undefined ? schema : { ...schema, 'x-kubernetes-group-version-kind': stands }] as const;
  });
  const common = commonDefinitions(resources, (name) => ({ allOf: [{ $ref: reference(name) }], default: {} }));
  const all = [...marked, ...Object.entries(common)] as readonly (readonly [string, JsonObject])[];
  return Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function reference(name: string): string {
  return `#/components/schemas/${name}`;
}

function pathItem(item: PathItem): JsonObject {
  return {
    ...Object.fromEntries(item.operations.map((operation) => [operation.method, operationBody(operation)])),
    ...(item.parameters.length === 0 ? {} : { parameters: item.parameters.map(parameterBody) }),
  };
}

function operationBody(operation: Operation): JsonObject {
  const { id, description, action, kind, body, answers } = operation;
  return {
    description,
    operationId: id,
    ...(operation.parameters.length === 0 ? {} : { parameters: operation.parameters.map(parameterBody) }),
    ...(body === undefined
      ? {}
      : { requestBody: { content: contentOf(body.schema, body.types), required: body.required } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([code, schema]) => [code, answerBody(schema)])),
      401: { description: 'Unauthorized' },
    },
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(kind === undefined ? {} : { 'x-kubernetes-group-version-kind': { ...kind } }),
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
