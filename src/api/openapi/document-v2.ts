import { servedGroups } from '#api/discovery/groups.ts';
import { definitionsOf } from '#api/openapi/definitions.ts';
import { type Operation, pathsOf } from '#api/openapi/operations.ts';
import type { Parameter } from '#api/openapi/parameters.ts';
import { outcomeOf, pathItems } from '#api/openapi/path-items.ts';
import type { JsonObject } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { openApiV2Definitions } from '#schema/openapi-v2.ts';

/** The OpenAPI v2 document of everything (spec: api.md section 3.3), which older clients validate and explain by. */
export function documentV2(resources: readonly ResourceDefinition[], release: string): JsonObject {
  const versions = servedGroups(resources).flatMap(({ versions }) => versions);
  const paths = versions.flatMap((served) => pathsOf(served.group, served.version, served.resources));
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: release },
    paths: pathItems(paths, { operation: operationBody, parameter: parameterBody }),
    definitions: definitionsOf(resources, openApiV2Definitions, (name) => ({ $ref: reference(name) })),
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
  };
}

function reference(name: string): string {
  return `#/definitions/${name}`;
}

function operationBody(operation: Operation): JsonObject {
  const { id, description, body, answers } = operation;
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
    ...outcomeOf(operation, answerBody),
  };
}

function answerBody(schema: string): JsonObject {
  return { description: 'OK', schema: schema === 'string' ? { type: 'string' } : { $ref: reference(schema) } };
}

function parameterBody({ name, in: where, type, description }: Parameter): JsonObject {
  return { uniqueItems: true, type, description, name, in: where, ...(where === 'path' ? { required: true } : {}) };
}
