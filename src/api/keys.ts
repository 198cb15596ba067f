import type { ResourceName } from '#kinds/meta/errors.ts';

/** All keys of the API live below this one. */
export const registryRoot = '/registry/';

/** Which part of the key space a resource owns: "pods", "batch/jobs"; a view none of its own. */
export function storageName(definition: ResourceName): string {
  const { group, plural } = definition.view?.of ?? definition;
  return group === '' ? plural : `${group}/${plural}`;
}

/** All keys of a resource start with this; all of one namespace with it, the namespace and a slash. */
export function resourcePrefix(definition: ResourceName): string {
  return `${registryRoot}${storageName(definition)}/`;
}

/** The key of one object (spec: api.md section 23). */
export function objectKey(definition: ResourceName, namespace: string | undefined, name: string): string {
  const prefix = resourcePrefix(definition);
  return namespace === undefined ? prefix + name : `${prefix}${namespace}/${name}`;
}

/** What keys of a list start with; `namespace` absent means all of them. */
export function listPrefix(definition: ResourceName, namespace: string | undefined): string {
  const prefix = resourcePrefix(definition);
  return namespace === undefined ? prefix : `${prefix}${namespace}/`;
}
