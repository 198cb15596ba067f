import type { Clock, Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { ApiError, apiErrors, qualifiedResource, type ResourceName } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { requireOpened } from '#store/encrypted/encrypted-store.ts';
import type { Entry, Revision, Store, StoreEvent } from '#store/store.ts';
import { Change } from './change.ts';
import { HistoryBudget } from './history.ts';
import { registryRoot, resourcePrefix, storageName } from './keys.ts';
import { ObjectValue, readAgain } from './object-value.ts';
import { CachedEntry, ResourceCache } from './resource-cache.ts';
import { WatchHub } from './watch-hub.ts';

/** How long a read waits for a revision that the store has not reached (spec: api.md section 12.3). */
const futureWaitMs: Millis = 3_000;
const bookmarkEveryMs: Millis = 60_000;

/** One resource as the API server holds it: where its objects are, and who watches them. */
export interface StoredResource {
  readonly definition: ResourceDefinition;
  readonly cache: ResourceCache;
  readonly hub: WatchHub;
}

/** A resource in one version of it. */
export interface ServedName extends ResourceName {
  readonly version: string;
}

interface Waiter {
  readonly revision: Revision;
  readonly resolve: () => void;
}

/** The store's content as objects: a cache of everything, kept up to date by the store's own events, so that reads and watches
 *  never go to the store unless they ask for the past (spec: api.md sections 12, 13 and 23). */
export class ObjectStore {
  readonly store: Store;
  private readonly clock: Clock;
  private readonly resources = new Map<string, StoredResource>();
  /** By the part of the key space they own: a resource and the views of it. */
  private readonly byStorage = new Map<string, readonly StoredResource[]>();
  private readonly histories = new HistoryBudget();
  /** What happened to resources while they are being loaded. */
  private readonly loading = new Map<string, StoreEvent[]>();
  private readonly waiters = new Set<Waiter>();
  private seen: Revision = 0;
  private stopWatching = (): void => {};
  private bookmarkTimer: Timer | undefined;
  private broken: Error | undefined;

  private constructor(store: Store, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Loads what is stored and follows it from there. */
  static async open(store: Store, definitions: readonly ResourceDefinition[], clock: Clock): Promise<ObjectStore> {
    const objects = new ObjectStore(store, clock);
    const { entries, revision } = await store.range({ prefix: registryRoot });
    for (const definition of definitions) objects.add(definition, [], revision);
    for (const entry of entries) {
      if (!(entry.value instanceof ObjectValue)) requireOpened(entry);
      for (const { definition, cache } of objects.resourcesOfKey(entry.key)) {
        cache.put(new CachedEntry(definition, entry));
      }
    }
    for (const { cache } of objects.resources.values()) cache.changedAt = revision;
    objects.seen = revision;
    objects.stopWatching = store.watch('', revision, {
      event: (event) => objects.take(event),
      closed: (cause) => objects.breakDown(cause),
    });
    objects.armBookmarks();
    return objects;
  }

  /** The revision the caches are at. */
  get revision(): Revision {
    return this.seen;
  }

  of(name: ServedName): StoredResource {
    const resource = this.resources.get(keyOf(name));
    if (resource === undefined) throw apiErrors.noSuchResource();
    return resource;
  }

  /** Begins to serve the objects of one kind, seen through one definition a version; when it resolves they can be read. Must not
   *  be called while they are served or being loaded. */
  async begin(definitions: readonly [ResourceDefinition, ...ResourceDefinition[]]): Promise<void> {
    const storage = storageName(definitions[0]);
    const missed: StoreEvent[] = [];
    this.loading.set(storage, missed);
    try {
      const { entries, revision } = await this.store.range({ prefix: resourcePrefix(definitions[0]) });
      const added = definitions.map((definition) => this.add(definition, entries, revision));
      for (const event of missed) {
        for (const resource of added) this.publish(resource, event);
      }
      await this.reach(revision);
    } catch (error) {
      this.end(definitions[0]);
      throw error;
    } finally {
      this.loading.delete(storage);
    }
  }

  /** Serves the same objects through other definitions. Watches end, to be begun again by their clients, who miss nothing. */
  redefine(old: ServedName, definitions: readonly ResourceDefinition[]): void {
    const { cache } = this.of(old);
    const entries = Array.from(cache.list(), ({ entry }) => readAgain(entry));
    this.end(old);
    for (const definition of definitions) this.add(definition, entries, cache.changedAt);
  }

  /** Serves the objects no more, in any version; what is stored stays. */
  end(name: ServedName): void {
    const storage = storageName(name);
    const ended = this.byStorage.get(storage) ?? [];
    this.byStorage.delete(storage);
    for (const { definition } of ended) this.resources.delete(keyOf(definition));
    for (const { hub } of ended) hub.closeAll(undefined);
  }

  /** The newest object of that name, if there is one. */
  peek<T extends KubeObject>(
    definition: ResourceDefinition<T>,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    return this.of(definition).cache.get(namespace, name)?.object as T | undefined;
  }

  /** All newest objects of a resource, in order. */
  all<T extends KubeObject>(definition: ResourceDefinition<T>, namespace?: string): readonly T[] {
    return Array.from(this.of(definition).cache.list(namespace), (cached) => cached.object as T);
  }

  /** Resolves once everything that was acknowledged before the call can be read (a linearisable read). */
  async upToDate(): Promise<void> {
    if (this.seen < this.store.revision) await this.reach(this.store.revision);
    else this.refuseIfBroken();
  }

  /** Resolves once the caches have reached `revision`; a 504 after three seconds (spec: api.md section 12.3). */
  async reach(revision: Revision): Promise<void> {
    this.refuseIfBroken();
    if (this.seen >= revision) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { revision, resolve };
    this.waiters.add(waiter);
    const timer = this.clock.after(futureWaitMs, resolve);
    await promise;
    timer.cancel();
    this.waiters.delete(waiter);
    this.refuseIfBroken();
    if (this.seen < revision) throw tooLargeRevision(revision, this.seen);
  }

  /** Ends all watches and forgets everything. The store itself stays open. */
  close(): void {
    this.stopWatching();
    this.breakDown(undefined);
  }

  private take(event: StoreEvent): void {
    this.seen = event.revision;
    const key = event.type === 'put' ? event.entry.key : event.key;
    for (const resource of this.resourcesOfKey(key)) this.publish(resource, event);
    for (const [storage, missed] of this.loading) {
      if (key.startsWith(`${registryRoot}${storage}/`)) missed.push(event);
    }
    for (const waiter of this.waiters) if (waiter.revision <= this.seen) waiter.resolve();
  }

  private publish({ definition, cache, hub }: StoredResource, event: StoreEvent): void {
    // What was loaded with the resource is no news.
    if (event.revision <= cache.changedAt) return;
    if (event.type === 'put') {
      cache.put(new CachedEntry(definition, event.entry));
    } else {
      const { namespace, name } = new CachedEntry(definition, event.previous);
      cache.remove(namespace, name, event.revision);
    }
    hub.publish(new Change(definition, event, this.clock.now()));
  }

  private add(definition: ResourceDefinition, entries: readonly Entry[], revision: Revision): StoredResource {
    const cache = ResourceCache.of(definition, entries, revision);
    const resource = { definition, cache, hub: new WatchHub(definition, revision, this.histories) };
    this.resources.set(keyOf(definition), resource);
    const storage = storageName(definition);
    this.byStorage.set(storage, [...(this.byStorage.get(storage) ?? []), resource]);
    return resource;
  }

  /** Keys read "/registry/<plural>/…" or "/registry/<group>/<plural>/…"; others are not ours. */
  private resourcesOfKey(key: string): readonly StoredResource[] {
    if (!key.startsWith(registryRoot)) return [];
    const first = key.indexOf('/', registryRoot.length);
    const resources = this.byStorage.get(key.slice(registryRoot.length, first));
    if (resources !== undefined || first < 0) return resources ?? [];
    return this.byStorage.get(key.slice(registryRoot.length, key.indexOf('/', first + 1))) ?? [];
  }

  private armBookmarks(): void {
    const send = (): void => {
      for (const { hub } of this.resources.values()) {
        hub.bookmark(this.seen);
        hub.history.forget(this.clock.now());
      }
      this.armBookmarks();
    };
    this.bookmarkTimer = this.clock.after(bookmarkEveryMs, send, { background: true });
  }

  private breakDown(cause: Error | undefined): void {
    if (this.broken !== undefined) return;
    this.broken = cause ?? new Error('the store was closed');
    this.bookmarkTimer?.cancel();
    for (const { hub } of this.resources.values()) hub.closeAll(undefined);
    for (const waiter of this.waiters) waiter.resolve();
  }

  private refuseIfBroken(): void {
    if (this.broken !== undefined) throw apiErrors.unavailable(`Cannot read the store: ${this.broken.message}`);
  }
}

function keyOf(name: ServedName): string {
  return `${qualifiedResource(name)}/${name.version}`;
}

/** The 504 for a revision that has not been reached yet; its cause tells clients to try again (spec: api.md section 12.3). */
export function tooLargeRevision(asked: Revision, current: Revision): ApiError {
  return new ApiError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}
