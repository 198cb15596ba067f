import type { ServedResources } from '#client/served-resources.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';

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

  /** What is served of the definition `name`, one resource a version. */
  customOf(name: string): readonly ResourceDefinition[] {
    return this.custom.get(name) ?? [];
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
