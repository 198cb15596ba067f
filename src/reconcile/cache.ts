import { assert } from '#base/assert.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

/** Under which values an index finds an object. Pure; called once for each version of an object. */
export type IndexFunction<T> = (object: T) => readonly string[];

interface Index<T> {
  readonly valuesOf: IndexFunction<T>;
  readonly buckets: Map<string, Map<string, T>>;
}

const namespaceIndex = 'namespace';

/** Objects by key, and by whatever else they are looked up. Holds references; copies nothing. */
export class Cache<T extends KubeObject> {
  private readonly objects = new Map<string, T>();
  private readonly indexes = new Map<string, Index<T>>();

  constructor() {
    this.addIndex(namespaceIndex, namespaceOf);
  }

  get size(): number {
    return this.objects.size;
  }

  get(key: string): T | undefined {
    return this.objects.get(key);
  }

  all(): readonly T[] {
    return [...this.objects.values()];
  }

  /** A snapshot: the cache may be changed while going through it. */
  entries(): readonly (readonly [string, T])[] {
    return [...this.objects];
  }

  byNamespace(namespace: string): readonly T[] {
    return this.byIndex(namespaceIndex, namespace);
  }

  byIndex(name: string, value: string): readonly T[] {
    const index = this.indexes.get(name);
    assert(index !== undefined, `the index "${name}" was added before it is asked`);
    const bucket = index.buckets.get(value);
    return bucket === undefined ? [] : [...bucket.values()];
  }

  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    const known = this.indexes.get(name);
    assert(known === undefined || known.valuesOf === valuesOf, `the index "${name}" has one meaning`);
    if (known !== undefined) return;
    const index: Index<T> = { valuesOf, buckets: new Map() };
    this.indexes.set(name, index);
    for (const [key, object] of this.objects) for (const value of valuesOf(object)) enter(index, value, key, object);
  }

  set(key: string, object: T): void {
    const old = this.objects.get(key);
    this.objects.set(key, object);
    for (const index of this.indexes.values()) {
      if (old !== undefined) for (const value of index.valuesOf(old)) leave(index, value, key);
      for (const value of index.valuesOf(object)) enter(index, value, key, object);
    }
  }

  /** Whether there was something to delete. */
  delete(key: string): boolean {
    const old = this.objects.get(key);
    if (old === undefined) return false;
    this.objects.delete(key);
    for (const index of this.indexes.values()) for (const value of index.valuesOf(old)) leave(index, value, key);
    return true;
  }
}

function namespaceOf(object: KubeObject): readonly string[] {
  return object.metadata.namespace === undefined ? [] : [object.metadata.namespace];
}

function enter<T>(index: Index<T>, value: string, key: string, object: T): void {
  const bucket = index.buckets.get(value);
  if (bucket === undefined) index.buckets.set(value, new Map([[key, object]]));
  else bucket.set(key, object);
}

function leave<T>(index: Index<T>, value: string, key: string): void {
  const bucket = index.buckets.get(value);
  bucket?.delete(key);
  if (bucket?.size === 0) index.buckets.delete(value);
}
