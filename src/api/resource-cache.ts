import { setImmediate } from '#base/timers.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type KubeObject, keyOf } from '#kinds/meta/object.ts';
import type { Entry, Revision } from '#store/store.ts';
import { resourcePrefix } from './keys.ts';
import { ObjectIndex } from './object-index.ts';
import { isRead, objectOf } from './object-value.ts';

/** How many objects are read from their texts before others get a turn: some ten milliseconds of work. */
const readsPerTurn = 64;

/** One stored object as the cache holds it. Objects loaded from disk are decoded when somebody first looks at them. */
export class CachedEntry {
  readonly definition: ResourceDefinition;
  readonly entry: Entry;
  readonly namespace: string;
  readonly name: string;

  constructor(definition: ResourceDefinition, entry: Entry) {
    this.definition = definition;
    this.entry = entry;
    const path = entry.key.slice(resourcePrefix(definition).length);
    const slash = path.indexOf('/');
    this.namespace = slash < 0 ? '' : path.slice(0, slash);
    this.name = path.slice(slash + 1);
  }

  get revision(): Revision {
    return this.entry.modRevision;
  }

  get object(): KubeObject {
    return objectOf(this.definition, this.entry);
  }
}

/** The entries of one namespace ("" for cluster-scoped resources), in order of name. */
interface Shelf {
  readonly namespace: string;
  readonly entries: CachedEntry[];
}

/** The present state of one resource, in the order of its keys. Only the store's events change it. */
export class ResourceCache {
  readonly definition: ResourceDefinition;
  /** The revision of the last change here; the state has been the same since. */
  changedAt: Revision = 0;
  private readonly entries = new Map<string, CachedEntry>();
  private readonly shelves = new Map<string, Shelf>();
  private order: Shelf[] = [];
  private readonly indexes: ObjectIndex[] = [];
  private allRead = false;

  constructor(definition: ResourceDefinition) {
    this.definition = definition;
  }

  /** With what a resource held at `revision`. */
  static of(definition: ResourceDefinition, entries: Iterable<Entry>, revision: Revision): ResourceCache {
    const cache = new ResourceCache(definition);
    for (const entry of entries) cache.put(new CachedEntry(definition, entry));
    cache.changedAt = revision;
    return cache;
  }

  get size(): number {
    return this.entries.size;
  }

  get(namespace: string | undefined, name: string): CachedEntry | undefined {
    return this.entries.get(keyOf({ namespace: namespace === '' ? undefined : namespace, name }));
  }

  /** All entries of a namespace, or of all, in order of their keys. The lists are live: copy what must outlast an `await`. */
  *list(namespace?: string): Generator<CachedEntry> {
    if (namespace !== undefined) yield* this.shelves.get(namespace)?.entries ?? [];
    else for (const shelf of this.order) yield* shelf.entries;
  }

  /** Reads what is here as text alone, so that `list` can go through all objects at once. Others get their turns meanwhile: a hundred
   *  thousand objects take seconds, and leases wait for nobody (spec: api.md section 22.2). */
  async readAhead(namespace?: string): Promise<void> {
    if (this.allRead) return;
    const unread = Array.from(this.list(namespace)).filter(({ entry }) => !isRead(entry.value));
    for (const [index, cached] of unread.entries()) {
      if (index % readsPerTurn === readsPerTurn - 1) await new Promise((resolve) => setImmediate(resolve));
      void cached.object;
    }
    if (namespace === undefined) this.allRead = true;
  }

  /** How many entries `list` would give. */
  count(namespace?: string): number {
    return namespace === undefined ? this.entries.size : (this.shelves.get(namespace)?.entries.length ?? 0);
  }

  /** Keeps the objects by what `wordOf` reads in each, from now on. */
  indexBy(wordOf: (object: KubeObject) => string | undefined): ObjectIndex {
    const index = new ObjectIndex(wordOf);
    for (const [key, cached] of this.entries) index.put(key, cached.object);
    this.indexes.push(index);
    return index;
  }

  put(cached: CachedEntry): void {
    const key = keyOf({ namespace: cached.namespace === '' ? undefined : cached.namespace, name: cached.name });
    for (const index of this.indexes) index.put(key, cached.object);
    const shelf = this.shelfOf(cached.namespace);
    const at = indexOf(shelf.entries, cached.name);
    if (this.entries.has(key)) shelf.entries[at] = cached;
    else if (at === shelf.entries.length) shelf.entries.push(cached);
    else shelf.entries.splice(at, 0, cached);
    this.entries.set(key, cached);
    this.allRead &&= isRead(cached.entry.value);
    this.changedAt = cached.revision;
  }

  remove(namespace: string, name: string, revision: Revision): void {
    this.changedAt = revision;
    const key = keyOf({ namespace: namespace === '' ? undefined : namespace, name });
    if (!this.entries.delete(key)) return;
    for (const index of this.indexes) index.remove(key);
    const shelf = this.shelfOf(namespace);
    shelf.entries.splice(indexOf(shelf.entries, name), 1);
    if (shelf.entries.length > 0) return;
    this.shelves.delete(namespace);
    this.order = this.order.filter((other) => other !== shelf);
  }

  private shelfOf(namespace: string): Shelf {
    const known = this.shelves.get(namespace);
    if (known !== undefined) return known;
    const shelf: Shelf = { namespace, entries: [] };
    this.shelves.set(namespace, shelf);
    // As in the keys, a slash follows the namespace: "a-b/" sorts before "a/".
    this.order = [...this.order, shelf].sort((a, b) => (`${a.namespace}/` < `${b.namespace}/` ? -1 : 1));
    return shelf;
  }
}

/** Where `name` is, or belongs. */
function indexOf(entries: readonly CachedEntry[], name: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as CachedEntry).name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
