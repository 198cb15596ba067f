import type { Harness } from '#api/test-harness.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

/** An object of a custom resource, whatever it holds. */
export interface Custom extends KubeObject {
  readonly spec?: { readonly [field: string]: unknown };
  readonly status: { readonly [field: string]: unknown } | undefined;
}

const group = 'harbour.example';

export const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        depth: { type: 'integer' },
        colour: { type: 'string', default: 'red' },
        replicas: { type: 'integer' },
        lights: {
          type: 'array',
          items: { type: 'object', required: ['kind'], properties: { kind: { type: 'string' } } },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['kind'],
        },
      },
    },
    status: {
      type: 'object',
      properties: { replicas: { type: 'integer' }, selector: { type: 'string' }, phase: { type: 'string' } },
    },
  },
} as const;

export const v1 = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } } as const;

/** A definition of buoys; `change` is laid over its spec. */
export function buoys(change: object = {}): { readonly metadata: { readonly name: string }; readonly spec: object } {
  const names = { plural: 'buoys', kind: 'Buoy', shortNames: ['bu'] };
  const spec = { group, scope: 'Namespaced', names, versions: [v1], ...change };
  const { plural } = (spec as { readonly names: { readonly plural: string } }).names;
  return { metadata: { name: `${plural}.${group}` }, spec };
}

export function define(harness: Harness, definition: object = buoys()): Promise<CustomResourceDefinition> {
  return harness.client.create(customResourceDefinitions, definition as never);
}

/** What the API serves now of that name. */
export function servedAs(harness: Harness, plural: string, version = 'v1'): ResourceDefinition<Custom> | undefined {
  const found = harness.api.served.resources.find(
    (resource) => resource.group === group && resource.plural === plural && resource.version === version,
  );
  return found as unknown as ResourceDefinition<Custom> | undefined;
}

/** Defines buoys and answers with the resource once it is served. */
export async function served(harness: Harness, definition: object = buoys()): Promise<ResourceDefinition<Custom>> {
  await define(harness, definition);
  await harness.clock.advance(0);
  const { plural } = (definition as { readonly spec: { readonly names: { readonly plural: string } } }).spec.names;
  return servedAs(harness, plural) as ResourceDefinition<Custom>;
}

export function conditionsOf({ status }: CustomResourceDefinition): readonly string[] {
  return (status.conditions ?? []).map((one) => `${one.type}=${one.status} ${one.reason}: ${one.message}`);
}
