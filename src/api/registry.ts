import type { ServedResources } from '#client/served-resources.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { ResourceName } from '#kinds/meta/errors.ts';

/** What the API serves now: built-in resources always, custom ones as long as their definition says so. Whatever is derived from
 *  the set (routes, discovery, OpenAPI) is kept for one list and made again for another. */
export class Registry implements ServedResources {
  private readonly builtIn: readonly ResourceDefinition[];
  /** By the name of the CustomResourceDefinition. */
  private readonly custom = new Map<string, readonly ResourceDefinition[]>();
  private readonly listeners = new Set<() => void>();
  private current: readonly ResourceDefinition[];

  constructor(builtIn: readonly ResourceDefinition[]) {
    this.builtIn = builtIn;
    this.current = builtIn;
  }

  get resources(): readonly ResourceDefinition[] {
    return this.current;
  }

  /** Whether a resource of that name is built in, in whatever version: no definition takes its place. */
  isBuiltIn({ group, plural }: ResourceName): boolean {
    return this.builtIn.some((resource) => resource.plural === plural && resource.group === group);
  }

  /** From now on these are served of the definition `name`; none is how it ends. */
  serve(name: string, resources: readonly ResourceDefinition[]): void {
    if (resources.length === 0 && !this.custom.delete(name)) return;
    if (resources.length > 0) this.custom.set(name, resources);
    this.current = [...this.builtIn, ...[...this.custom.values()].flat()];
    for (const changed of [...this.listeners]) changed();
  }

  subscribe(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }
}
