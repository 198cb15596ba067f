import { listDefinition, patchDefinition, watchEventDefinition } from '#api/openapi/operations.ts';
import type { JsonObject } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { ListMeta } from '#kinds/meta/schema.ts';

/** Definitions by name, in the spelling that OpenAPI v2 and v3 share; references are made by `ref`. */
export type Definitions = { readonly [name: string]: JsonObject };

/** How one version of OpenAPI points to a definition. */
export type Reference = (name: string) => JsonObject;

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const text = { type: 'string' };

/** What the paths speak of besides the kinds' own schemas: lists, watch events, patches, discovery. */
export function commonDefinitions(resources: readonly ResourceDefinition[], ref: Reference): Definitions {
  const lists = resources
    .filter((resource) => resource.verbs.includes('list'))
    .map((resource) => [listDefinition(resource), listSchema(resource, ref)] as const);
  return {
    ...Object.fromEntries(lists),
    [watchEventDefinition]: {
      description: 'One change, as a watch tells it.',
      type: 'object',
      required: ['type', 'object'],
      properties: { object: ref(`${rawExtension}`), type: { ...text, default: '' } },
    },
    [rawExtension]: { description: 'An object of any kind.', type: 'object' },
    [patchDefinition]: { description: 'A change to an object, in one of the patch formats.', type: 'object' },
    [`${meta}.APIResourceList`]: resourceListSchema(ref),
    [`${meta}.APIResource`]: resourceSchema,
  };
}

const rawExtension = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

function listSchema(resource: ResourceDefinition, ref: Reference): JsonObject {
  const { group, version, kind, plural, custom } = resource;
  const items = ref(resource.schema.name);
  return {
    description: `A list of objects of kind ${kind}.`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: text,
      items: { description: `List of ${plural}.`, type: 'array', items: custom === undefined ? items : bare(items) },
      kind: text,
      metadata: ref(ListMeta.name),
    },
    'x-kubernetes-group-version-kind': [{ group, kind: custom?.listKind ?? `${kind}List`, version }],
  };
}

/** A reference without the default that typed lists give their items. */
function bare(reference: JsonObject): JsonObject {
  const [target = reference] = (reference.allOf ?? []) as readonly JsonObject[];
  return target;
}

function resourceListSchema(ref: Reference): JsonObject {
  return {
    description: 'The resources that a group and version serves.',
    type: 'object',
    required: ['groupVersion', 'resources'],
    properties: {
      apiVersion: text,
      groupVersion: { ...text, default: '' },
      kind: text,
      resources: { type: 'array', items: ref(`${meta}.APIResource`), 'x-kubernetes-list-type': 'atomic' },
    },
    'x-kubernetes-group-version-kind': [{ group: '', kind: 'APIResourceList', version: 'v1' }],
  };
}

const texts = { type: 'array', items: { ...text, default: '' }, 'x-kubernetes-list-type': 'atomic' };

const resourceSchema: JsonObject = {
  description: 'One resource: what it is called and what can be done with it.',
  type: 'object',
  required: ['name', 'singularName', 'namespaced', 'kind', 'verbs'],
  properties: {
    categories: texts,
    group: text,
    kind: { ...text, default: '' },
    name: { ...text, default: '' },
    namespaced: { type: 'boolean', default: false },
    shortNames: texts,
    singularName: { ...text, default: '' },
    storageVersionHash: text,
    verbs: { type: 'array', items: { ...text, default: '' } },
    version: text,
  },
};
