import { type ServedResources, storedOnce } from '#client/served-resources.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Informer } from '#reconcile/informer.ts';
import type { Informers } from '#reconcile/informers.ts';

/** A kind with the cache of its objects. */
export interface FollowedKind {
  readonly resource: ResourceDefinition;
  readonly cache: Informer<KubeObject>;
}

export interface KindFollowerParts {
  readonly served: ServedResources;
  readonly informers: Informers;
  readonly wants: (resource: ResourceDefinition) => boolean;
  /** Called for each kind that is served, now and later; the answer ends it. */
  readonly follow: (kind: FollowedKind) => () => void;
  /** Called for a kind that is served no more, after its end. */
  readonly gone?: (kind: FollowedKind) => void;
}

/** Follows the objects of all kinds that a controller for any kind wants, custom ones included, while they are served. */
export class KindFollower {
  private readonly parts: KindFollowerParts;
  private readonly followed = new Map<string, { readonly kind: FollowedKind; readonly end: () => void }>();
  private readonly unsubscribe: () => void;

  constructor(parts: KindFollowerParts) {
    this.parts = parts;
    this.unsubscribe = parts.served.subscribe(() => this.update());
    this.update();
  }

  get kinds(): readonly FollowedKind[] {
    return Array.from(this.followed.values(), ({ kind }) => kind);
  }

  /** Resolves when the caches of the kinds of now are in sync, or their kinds are gone; rejects when the signal aborts. */
  async whenSynced(signal?: AbortSignal): Promise<void> {
    await Promise.all(this.kinds.map(({ cache }) => cache.whenSynced(signal).catch(() => signal?.throwIfAborted())));
  }

  stop(): void {
    this.unsubscribe();
    for (const { end } of this.followed.values()) end();
    this.followed.clear();
  }

  private update(): void {
    const { served, informers, wants, follow, gone } = this.parts;
    const kinds = new Map(
      storedOnce(served.resources)
        .filter(wants)
        .map((resource) => [keyOf(resource), resource]),
    );
    for (const [key, { kind, end }] of this.followed) {
      if (kinds.has(key)) continue;
      this.followed.delete(key);
      end();
      gone?.(kind);
      informers.drop(kind.resource);
    }
    for (const [key, resource] of kinds) {
      if (this.followed.has(key)) continue;
      const kind = { resource, cache: informers.of(resource) };
      this.followed.set(key, { kind, end: follow(kind) });
    }
  }
}

function keyOf(resource: ResourceDefinition): string {
  return `${apiVersionOf(resource)}/${resource.plural}`;
}
