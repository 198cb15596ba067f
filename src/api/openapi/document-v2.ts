import { servedGroups } from '#api/discovery/groups.ts';
import { commonDefinitions, type Definitions, kindsByDefinition } from '#api/openapi/common-definitions.ts';
import { type Operation, type PathItem, pathsOf } from '#api/openapi/operations.ts';
import type { Parameter } from '#api/openapi/parameters.ts';
import type { JsonObject } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { DeleteOptions, ListMeta, Status } from '#kinds/meta/schema.ts';
import { openApiV2Definitions } from '#schema/openapi-v2.ts';

/** The OpenAPI v2 document of everything (spec: api.md section 3.3), which older clients validate and explain by. */
export function documentV2(resources: readonly ResourceDefinition[], release: string): JsonObject {
  const versions = servedGroups(resources).flatMap(({ versions }) => versions);
  const paths = versions.flatMap((served) => pathsOf(served.group, served.version, served.resources));
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: release },
    paths: Object.fromEntries(paths.map((item) => [item.path, pathItem(item)])),
    definitions: definitionsOf(resources),
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
  };
}

function definitionsOf(resources: readonly ResourceDefinition[]): Definitions {
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
  const marked = Object.entries(openApiV2Definitions(roots)).map(([name, schema]) => {
    const stands = kinds.get(name);
    return [name, stands === undefined ? schema : { ...schema, 'x-kubernetes-group-version-kind': stands }] as const;
  });
  const common = commonDefinitions(resources, (name) => ({ $ref: reference(name) }));
  const all = [...marked, ...Object.entries(common)] as readonly (readonly [string, JsonObject])[];
  return Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function reference(name: string): string {
  return `#/definitions/${name}`;
}

function pathItem(item: PathItem): JsonObject {
  return {
    ...Object.fromEntries(item.operations.map((operation) => [operation.method, operationBody(operation)])),
    ...(item.parameters.length === 0 ? {} : { parameters: item.parameters.map(parameterBody) }),
  };
}

function operationBody(operation: Operation): JsonObject {
  const { id, description, action, kind, body, answers } = operation;
  const parameters: readonly JsonObject[] = [
    ...(body === undefined
      ? []
      : [{ name: 'body', in: 'body', required: body.required, schema: { $ref: reference(body.schema) } }]),
    ...operation.parameters.map(parameterBody),
  ];
  const isText = Object.values(answers).includes('string');
  const produced = isText
    ? ['text/plain']
    : ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
  return {
    description,
    consumes: body?.types ?? ['*/*'],
    produces: produced,
    schemes: ['https'],
    operationId: id,
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([code, schema]) => [code, answerBody(schema)])),
      401: { description: 'Unauthorized' },
    },
    ...(action === undefined ? {} : { 'x-kubernetes-action': action }),
    ...(kind === undefined ? {} : { 'x-kubernetes-group-version-kind': { ...kind } }),
  };
}

function answerBody(schema: string): JsonObject {
  return { description: 'OK', schema: schema === 'string' ? { type: 'string' } : { $ref: reference(schema) } };
}

function parameterBody({ name, in: where, type, description }: Parameter): JsonObject {
  return { uniqueItems: true, type, description, name, in: where, ...(where === 'path' ? { required: true } : {}) };
}
