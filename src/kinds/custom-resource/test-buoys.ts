import { customResource } from '#kinds/custom-resource/custom-resource.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { created } from '#kinds/test-objects.ts';

type Body = { readonly [field: string]: unknown };

/** The definition of buoys with one version; `version` has more of that, `spec` more of the definition. */
export function buoyDefinition(schema: JSONSchemaProps, version: Body = {}, spec: Body = {}): CustomResourceDefinition {
  return created(customResourceDefinitions, {
    metadata: { name: 'buoys.sea.example' },
    spec: {
      group: 'sea.example',
      scope: 'Namespaced',
      names: { plural: 'buoys', kind: 'Buoy' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...version }],
      ...spec,
    },
  });
}

/** Buoys whose spec has these fields. */
export function buoys(spec: JSONSchemaProps, version: Body = {}): ResourceDefinition {
  const schema = { type: 'object', properties: { spec: { type: 'object', ...spec }, status: looseObject } };
  const resource = customResource(buoyDefinition(schema, version), 'v1');
  if (resource === undefined) throw new Error('buoys have a version v1');
  return resource;
}

const looseObject: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
