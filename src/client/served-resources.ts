import type { ResourceDefinition } from '#kinds/definition.ts';

/** The resources that an API serves. Custom ones come and go while it runs. */
export interface ServedResources {
  /** Those of now, built-in ones first: another list whenever they have changed, the same one otherwise. */
  readonly resources: readonly ResourceDefinition[];
  /** Calls `changed` after each change; the answer ends that. */
  subscribe(changed: () => void): () => void;
}

/** Resources that stay as they are. */
export function fixedResources(resources: readonly ResourceDefinition[]): ServedResources {
  return { resources, subscribe: () => () => {} };
}

/** Each stored kind once, though its objects may be seen through several resources: through that which stores them, if that is
 *  among `resources`. */
export function storedOnce(resources: readonly ResourceDefinition[]): readonly ResourceDefinition[] {
  const chosen = new Map<ResourceDefinition, ResourceDefinition>();
  for (const resource of resources) {
    const stored = resource.view?.of ?? resource;
    if (stored === resource || !chosen.has(stored)) chosen.set(stored, resource);
  }
  return [...chosen.values()];
}
