import type { ResourceDefinition } from '#kinds/definition.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject, New, ObjectRef } from '#kinds/meta/object.ts';
import type { DeleteOptions } from '#kinds/meta/schema.ts';

/** The one port through which controllers, scheduler, node agents and tools speak to the API server, wherever it runs.
 *  Every method throws `ApiError` when the server refuses. Objects that come out are frozen and may be shared. */
export interface Client {
  get<T extends KubeObject>(resource: ResourceDefinition<T>, ref: ObjectRef, options?: ReadOptions): Promise<T>;
  list<T extends KubeObject>(resource: ResourceDefinition<T>, options?: ListOptions): Promise<ObjectList<T>>;
  /** Resolves once the server has accepted the watch; events then come through `sink`. */
  watch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    options: WatchOptions,
    sink: WatchSink<T>,
  ): Promise<WatchHandle>;
  create<T extends KubeObject>(resource: ResourceDefinition<T>, object: New<T>, options?: WriteOptions): Promise<T>;
  /** PUT. With `object.metadata.resourceVersion` set, refused (Conflict) unless it is the stored one. */
  update<T extends KubeObject>(resource: ResourceDefinition<T>, object: T, options?: SubresourceOptions): Promise<T>;
  patch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    patch: Patch,
    options?: PatchOptions,
  ): Promise<T>;
  /** Resolves with the object while it still stands (finalizers, grace), undefined once it is gone. */
  delete<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    options?: Partial<DeleteOptions>,
  ): Promise<T | undefined>;
  deleteCollection<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    list: ListOptions,
    options?: Partial<DeleteOptions>,
  ): Promise<void>;
  /** POST to a subresource, such as a pod's "binding" or "eviction". Resolves with the answer's body. */
  createSubresource<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    subresource: string,
    body: unknown,
    options?: WriteOptions,
  ): Promise<unknown>;
}

export interface ReadOptions {
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
}

export interface ListOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  readonly signal?: AbortSignal;
}

export interface ObjectList<T> {
  readonly items: readonly T[];
  /** The revision the list is valid at: a watch from here misses nothing and repeats nothing. */
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface WatchOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Events after this revision; absent: the current state first, as ADDED events. */
  readonly resourceVersion?: string;
  readonly sendInitialEvents?: boolean;
  readonly resourceVersionMatch?: 'NotOlderThan';
  readonly allowWatchBookmarks?: boolean;
  readonly timeoutSeconds?: number;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Everything up to this revision has been sent. `initialEventsEnd` marks the end of the current state. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEventsEnd: boolean };

/** Called synchronously and in order. Must not throw. */
export interface WatchSink<T> {
  event(event: WatchEvent<T>): void;
  /** Nothing follows. Without `error` the watch merely timed out: watch again from the last revision seen. */
  closed(error: ApiError | undefined): void;
}

export interface WatchHandle {
  /** Ends the watch; no call to the sink comes after it, `closed` neither. */
  stop(): void;
}

export interface WriteOptions {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface SubresourceOptions extends WriteOptions {
  /** Such as "status". */
  readonly subresource?: string;
}

export interface PatchOptions extends SubresourceOptions {
  /** Server-side apply only: take fields over from other managers. */
  readonly force?: boolean;
}

/** A change to an object; `body` is the patch as a JSON value. */
export type Patch =
  | { readonly type: 'json'; readonly body: readonly unknown[] }
  | { readonly type: 'merge'; readonly body: object }
  | { readonly type: 'strategic'; readonly body: object }
  | { readonly type: 'apply'; readonly body: object };
