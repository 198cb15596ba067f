import type { Revision, StoreEvent, StoreWatcher } from '#store/store.ts';

interface Watch {
  readonly watcher: StoreWatcher;
  /** The last revision this watch was told, or starts after. */
  seen: Revision;
  active: boolean;
}

/** Up to so many prefixes of one length are compared one by one, which is cheaper than cutting and hashing the key. */
const prefixesComparedMax = 4;

/** Who wants to hear of which keys. Finding the watches of a key costs by the number of different prefix lengths, not by the
 *  number of watches. */
export class Watchers {
  private readonly byLength = new Map<number, Map<string, Set<Watch>>>();
  private readonly queue: StoreEvent[] = [];
  private publishing = false;

  /** Tells `watcher` of events after `seen` for keys with `prefix`, until the function returned is called. */
  add(prefix: string, seen: Revision, watcher: StoreWatcher): () => void {
    const byPrefix = this.byLength.get(prefix.length) ?? new Map<string, Set<Watch>>();
    this.byLength.set(prefix.length, byPrefix);
    const group = byPrefix.get(prefix) ?? new Set<Watch>();
    byPrefix.set(prefix, group);
    const watch: Watch = { watcher, seen, active: true };
    group.add(watch);
    return () => {
      if (!watch.active) return;
      watch.active = false;
      this.remove(prefix, watch);
    };
  }

  /** Tells everyone concerned. A watcher may write, and so publish, while it is told: that event waits until all have heard
   *  this one. */
  publish(event: StoreEvent): void {
    this.queue.push(event);
    if (this.publishing) return;
    this.publishing = true;
    try {
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) this.tell(next);
    } finally {
      this.publishing = false;
    }
  }

  /** Ends all watches. */
  close(cause: Error | undefined): void {
    const watches = [...this.byLength.values()].flatMap((byPrefix) =>
      [...byPrefix.values()].flatMap((set) => [...set]),
    );
    this.byLength.clear();
    for (const watch of watches) {
      if (!watch.active) continue;
      watch.active = false;
      watch.watcher.closed(cause);
    }
  }

  private tell(event: StoreEvent): void {
    const key = event.type === 'put' ? event.entry.key : event.key;
    for (const [length, byPrefix] of this.byLength) {
      if (length > key.length) continue;
      if (byPrefix.size > prefixesComparedMax) tellGroup(byPrefix.get(key.slice(0, length)), event);
      else for (const [prefix, group] of byPrefix) if (key.startsWith(prefix)) tellGroup(group, event);
    }
  }

  private remove(prefix: string, watch: Watch): void {
    const byPrefix = this.byLength.get(prefix.length);
    const group = byPrefix?.get(prefix);
    group?.delete(watch);
    if (group?.size === 0) byPrefix?.delete(prefix);
    if (byPrefix?.size === 0) this.byLength.delete(prefix.length);
  }
}

function tellGroup(group: Set<Watch> | undefined, event: StoreEvent): void {
  if (group === undefined) return;
  for (const watch of group) {
    // A watch that began while this event was on its way has read it from the history.
    if (!watch.active || event.revision <= watch.seen) continue;
    watch.seen = event.revision;
    watch.watcher.event(event);
  }
}
