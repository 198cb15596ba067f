import { assert } from '#base/assert.ts';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { Client, WatchEvent, WatchHandle, WatchOptions } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type ApiError, isApiError } from '#kinds/meta/errors.ts';
import { type KubeObject, keyOf } from '#kinds/meta/object.ts';
import { Cache, type IndexFunction } from '#reconcile/cache.ts';

/** A revision as a number: they count writes to one store, far below 2^53. */
export type Revision = number;

/** Which objects of a resource an informer follows; all of them when empty. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface InformerDeps {
  readonly client: Client;
  readonly clock: Clock;
  /** Spreads retries, so that many clients do not return at the same moment. */
  readonly jitter: RandomStream;
  readonly log: Logger;
}

/** What to do when the cache changes. Called synchronously, in order, after the cache (and its indexes) took the change
 *  in. Level, not edge: a handler should note a key and let a reconciler read the cache. */
export interface InformerHandler<T> {
  added?(object: T): void;
  /** Same incarnation: `object` and `old` have one uid. */
  updated?(object: T, old: T): void;
  /** `object` is the last state known, with its final labels. */
  deleted?(object: T): void;
}

/** Where the informer stands. */
type State<T> =
  | { readonly at: 'idle' }
  /** Receiving the current state; it replaces the cache when complete. */
  | { readonly at: 'listing'; readonly session: Session; readonly staged: Map<string, T> }
  | { readonly at: 'watching'; readonly session: Session }
  | { readonly at: 'backing-off'; readonly timer: Timer }
  | { readonly at: 'stopped' };

/** One attempt at a watch. `handle` comes once the server has accepted it. */
interface Session {
  readonly startedAt: Millis;
  handle: WatchHandle | undefined;
  over: boolean;
}

/** First wait after a failure, and the longest (spec: api.md section 13.6). */
const backOffMsBase = 800;
const backOffMsMax = 30_000;
/** A watch that lived so long was a good one: the next failure counts as the first. */
const healthyMs = 5_000;

/** A local copy of what a watch shows, kept current for ever: `get`, `list` and `byIndex` cost no request. Survives lost
 *  connections and forgotten history; what changed meanwhile is delivered as the difference. */
export class Informer<T extends KubeObject> {
  readonly resource: ResourceDefinition<T>;
  private readonly selection: Selection;
  private readonly deps: InformerDeps;
  private readonly log: Logger;
  private readonly cache = new Cache<T>();
  private readonly handlers = new Set<InformerHandler<T>>();
  private state: State<T> = { at: 'idle' };
  private failures = 0;
  private seen: Revision = 0;
  private complete = false;
  private readonly completion = Promise.withResolvers<void>();

  constructor(resource: ResourceDefinition<T>, selection: Selection, deps: InformerDeps) {
    this.resource = resource;
    this.selection = selection;
    this.deps = deps;
    this.log = deps.log.with({ informer: resource.plural });
    this.completion.promise.catch(() => {});
  }

  /** Begins to follow. Does nothing if it has begun. */
  start(): void {
    if (this.state.at === 'idle') this.connect(undefined);
  }

  /** Ends for good: no handler is called afterwards, and waits for `whenSynced` reject. The cache stays readable. */
  stop(): void {
    const state = this.state;
    this.state = { at: 'stopped' };
    if (state.at === 'backing-off') state.timer.cancel();
    if (state.at === 'listing' || state.at === 'watching') end(state.session);
    this.completion.reject(new Error(`The informer of ${this.resource.plural} was stopped before it was in sync`));
  }

  /** Whether the cache has held the whole current state at least once. */
  get synced(): boolean {
    return this.complete;
  }

  /** Resolves when `synced`; rejects when the signal aborts or the informer is stopped first. */
  whenSynced(signal?: AbortSignal): Promise<void> {
    if (signal === undefined) return this.completion.promise;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const done = (): void => signal.removeEventListener('abort', onAbort);
      this.completion.promise.finally(done).then(resolve, reject);
    });
  }

  /** The newest revision of the store up to which the cache is known to be complete; 0 before the first. */
  get revision(): Revision {
    return this.seen;
  }

  /** The object of that key (`keyOf`), if it exists. */
  get(key: string): T | undefined {
    return this.cache.get(key);
  }

  /** All objects, or those of one namespace, in no particular order. */
  list(namespace?: string): readonly T[] {
    return namespace === undefined ? this.cache.all() : this.cache.byNamespace(namespace);
  }

  /** How many objects the cache holds. */
  get size(): number {
    return this.cache.size;
  }

  /** Lets `byIndex(name, value)` find the objects for which `valuesOf` gives that value. The same function may be added
   *  under its name again. */
  addIndex(name: string, valuesOf: IndexFunction<T>): void {
    this.cache.addIndex(name, valuesOf);
  }

  /** The objects with `value` in the index `name`, in no particular order. */
  byIndex(name: string, value: string): readonly T[] {
    return this.cache.byIndex(name, value);
  }

  /** Calls `handler` from now on; objects already there are delivered as added, at once. Returns how to end it. */
  subscribe(handler: InformerHandler<T>): () => void {
    this.handlers.add(handler);
    for (const object of this.cache.all()) this.guarded(() => handler.added?.(object));
    return () => this.handlers.delete(handler);
  }

  /** Watches from `from`, or from the current state, which is then sent first. */
  private connect(from: Revision | undefined): void {
    const session: Session = { startedAt: this.deps.clock.now(), handle: undefined, over: false };
    this.state = from === undefined ? { at: 'listing', session, staged: new Map() } : { at: 'watching', session };
    const sink = {
      event: (event: WatchEvent<T>): void => {
        if (!session.over) this.receive(event);
      },
      closed: (error: ApiError | undefined): void => this.closed(session, error),
    };
    this.deps.client.watch(this.resource, this.watchOptions(from), sink).then(
      (handle) => {
        if (session.over) handle.stop();
        else session.handle = handle;
      },
      (error: unknown) => this.closed(session, error instanceof Error ? error : new Error(String(error))),
    );
  }

  private watchOptions(from: Revision | undefined): WatchOptions {
    const start: WatchOptions =
      from === undefined
        ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
        : { resourceVersion: String(from) };
    return { ...this.selection, ...start, allowWatchBookmarks: true };
  }

  private receive(event: WatchEvent<T>): void {
    const state = this.state;
    if (state.at === 'listing') this.stage(state.session, state.staged, event);
    else this.take(event);
  }

  private take(event: WatchEvent<T>): void {
    assert(this.state.at === 'watching', 'events come only from the session under way');
    if (event.type === 'BOOKMARK') {
      this.advance(event.resourceVersion);
      return;
    }
    this.advance(event.object.metadata.resourceVersion);
    const key = keyOf(event.object.metadata);
    if (event.type === 'DELETED') this.remove(key, event.object);
    else this.put(key, event.object);
  }

  private stage(session: Session, staged: Map<string, T>, event: WatchEvent<T>): void {
    if (event.type !== 'BOOKMARK') {
      const key = keyOf(event.object.metadata);
      if (event.type === 'DELETED') staged.delete(key);
      else staged.set(key, event.object);
      return;
    }
    if (!event.initialEventsEnd) return;
    this.state = { at: 'watching', session };
    this.failures = 0;
    this.advance(event.resourceVersion);
    for (const [key, object] of this.cache.entries()) if (!staged.has(key)) this.remove(key, object);
    for (const [key, object] of staged) this.put(key, object);
    this.complete = true;
    this.completion.resolve();
  }

  private advance(resourceVersion: string): void {
    this.seen = Math.max(this.seen, Number(resourceVersion));
  }

  private put(key: string, object: T): void {
    const old = this.cache.get(key);
    if (old === undefined) {
      this.cache.set(key, object);
      this.tell((handler) => handler.added?.(object));
    } else if (old.metadata.uid !== object.metadata.uid) {
      this.remove(key, old);
      this.put(key, object);
    } else if (old.metadata.resourceVersion !== object.metadata.resourceVersion) {
      this.cache.set(key, object);
      this.tell((handler) => handler.updated?.(object, old));
    }
  }

  private remove(key: string, last: T): void {
    if (this.cache.delete(key)) this.tell((handler) => handler.deleted?.(last));
  }

  private tell(call: (handler: InformerHandler<T>) => void): void {
    for (const handler of this.handlers) this.guarded(() => call(handler));
  }

  /** A handler that throws is a mistake in one controller; it must not end the news for all others. */
  private guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.log.error('Cannot deliver a change to a handler: it threw', { error });
    }
  }

  /** The session ended: by itself (no error: the server's time limit), or with a failure. History that is gone means
   *  starting over; anything else resumes where the last event left off (spec: api.md section 13.6). */
  private closed(session: Session, error: Error | undefined): void {
    if (session.over) return;
    end(session);
    const state = this.state;
    assert(state.at === 'listing' || state.at === 'watching', 'only a session under way can end');
    const healthy = state.at === 'watching' && this.deps.clock.now() - session.startedAt >= healthyMs;
    if (healthy) this.failures = 0;
    const from = state.at === 'watching' && resumable(error) ? this.seen : undefined;
    if (healthy && error === undefined) {
      this.connect(from);
      return;
    }
    const delay = this.backOff();
    this.log.debug('Watch ended; starting again', { from, delay, error });
    this.state = { at: 'backing-off', timer: this.deps.clock.after(delay, () => this.connect(from)) };
  }

  private backOff(): Millis {
    const base = Math.min(backOffMsBase * 2 ** this.failures, backOffMsMax);
    this.failures++;
    return Math.min(base + this.deps.jitter.int(base), backOffMsMax);
  }
}

function end(session: Session): void {
  session.over = true;
  session.handle?.stop();
}

/** Whether the watch may go on from the last revision: after a clean end, a lost connection (no answer from the API) and
 *  429. Any other refusal, 410 above all, may be about that revision: start over (spec: api.md section 13.6). */
function resumable(error: Error | undefined): boolean {
  return error === undefined || !isApiError(error) || error.code === 429;
}
