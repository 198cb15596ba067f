import type { ResourceDefinition } from '#kinds/definition.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { Revision } from '#store/store.ts';
import type { Change } from './change.ts';
import { History, type HistoryBudget } from './history.ts';
import { fieldOf } from './selection.ts';
import type { Watcher } from './watcher.ts';

type Bucket = Map<string, Set<Watcher>>;

/** Fans the changes of one resource out to its watchers. Watchers that pin a field to one value (pods of one node, one object
 *  by name) or stay in one namespace are found through an index, so that a change costs those nothing whom it does not concern. */
export class WatchHub {
  readonly history: History;
  private readonly definition: ResourceDefinition;
  private readonly watchers = new Set<Watcher>();
  private readonly everywhere = new Set<Watcher>();
  private readonly byNamespace: Bucket = new Map();
  private readonly byField = new Map<string, Bucket>();

  /** `since`: the revision of the state that changes will build on. */
  constructor(definition: ResourceDefinition, since: Revision, budget?: HistoryBudget) {
    this.definition = definition;
    this.history = new History(since, budget);
  }

  get size(): number {
    return this.watchers.size;
  }

  add(watcher: Watcher): void {
    this.watchers.add(watcher);
    const { bucket, value } = this.placeOf(watcher);
    if (bucket === undefined) this.everywhere.add(watcher);
    else bucket.set(value, (bucket.get(value) ?? new Set()).add(watcher));
  }

  remove(watcher: Watcher): void {
    if (!this.watchers.delete(watcher)) return;
    const { bucket, value } = this.placeOf(watcher);
    if (bucket === undefined) {
      this.everywhere.delete(watcher);
      return;
    }
    const watchers = bucket.get(value);
    watchers?.delete(watcher);
    if (watchers?.size === 0) bucket.delete(value);
  }

  publish(change: Change): void {
    this.history.push(change);
    if (this.watchers.size === 0) return;
    offerAll(this.everywhere, change);
    offerAll(this.byNamespace.get(change.namespace), change);
    const { before, after } = change;
    for (const [path, bucket] of this.byField) {
      if (bucket.size === 0) continue;
      const then = before && fieldOf(this.definition, before, path);
      const now = after && fieldOf(this.definition, after, path);
      if (now !== undefined) offerAll(bucket.get(now), change);
      if (then !== undefined && then !== now) offerAll(bucket.get(then), change);
    }
  }

  /** Tells every watcher that asked for it how far the store has come. */
  bookmark(revision: Revision): void {
    for (const watcher of this.watchers) if (watcher.bookmarks) watcher.bookmark(revision, false);
  }

  /** Ends all watches, and there are no others any more. */
  closeAll(error: ApiError | undefined): void {
    this.history.close();
    for (const watcher of [...this.watchers]) {
      this.remove(watcher);
      watcher.close(error);
    }
  }

  private placeOf(watcher: Watcher): { readonly bucket: Bucket | undefined; readonly value: string } {
    const { exactField, namespace } = watcher.selection;
    if (exactField === undefined)
      return { bucket: namespace === undefined ? undefined : this.byNamespace, value: namespace ?? '' };
    const bucket = this.byField.get(exactField.path) ?? new Map<string, Set<Watcher>>();
    this.byField.set(exactField.path, bucket);
    return { bucket, value: exactField.value };
  }
}

function offerAll(watchers: Set<Watcher> | undefined, change: Change): void {
  if (watchers !== undefined) for (const watcher of watchers) watcher.offer(change);
}
