import type { ObjectMeta } from '#kinds/meta/schema.ts';

/** Metadata of an object that the API server has stored: what it fills in is there. */
export interface StoredMeta extends ObjectMeta {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
}

export interface NamespacedMeta extends StoredMeta {
  readonly namespace: string;
}

/** An object as the API server hands it out. Frozen: a change is a new object. */
export interface KubeObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: StoredMeta;
}

/** `T`, as stored in a cluster-scoped resource. */
export type Stored<T extends { readonly metadata: ObjectMeta }> = Omit<T, 'metadata'> & {
  readonly metadata: StoredMeta;
};

/** `T`, as stored in a namespaced resource. */
export type Namespaced<T extends { readonly metadata: ObjectMeta }> = Omit<T, 'metadata'> & {
  readonly metadata: NamespacedMeta;
};

/** What a client hands to `create`: the server fills in kind, apiVersion, metadata and status. */
export type New<T extends KubeObject> = Omit<T, 'kind' | 'apiVersion' | 'metadata' | 'status'> & {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata: ObjectMeta;
  readonly status?: T extends { readonly status: infer S } ? Partial<S> : never;
};

/** Names one object of a resource. `namespace` is absent for cluster-scoped resources. */
export interface ObjectRef {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** "namespace/name", or "name" in a cluster-scoped resource: how caches, queues and log lines call an object. */
export function keyOf(ref: ObjectRef): string {
  return ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
}

/** The reverse of `keyOf`. */
export function refOf(key: string): ObjectRef {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
