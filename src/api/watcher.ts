import type { WatchEvent, WatchSink } from '#client/client.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Revision } from '#store/store.ts';
import type { Change } from './change.ts';
import type { Selection } from './selection.ts';

/** One watch: what it selects, how far it has come, and where its events go. */
export class Watcher {
  readonly selection: Selection;
  readonly bookmarks: boolean;
  /** Every event up to here has been sent, or was not meant for this watch. */
  revision: Revision;
  private readonly sink: WatchSink<KubeObject>;
  /** Events that came before the caller had its handle. */
  private waiting: WatchEvent<KubeObject>[] | undefined = [];
  private ended: { readonly error: ApiError | undefined } | undefined;
  private stopped = false;

  constructor(selection: Selection, bookmarks: boolean, revision: Revision, sink: WatchSink<KubeObject>) {
    this.selection = selection;
    this.bookmarks = bookmarks;
    this.revision = revision;
    this.sink = sink;
  }

  /** Passes a change on if it concerns this watch and is news to it. */
  offer(change: Change): void {
    if (change.revision <= this.revision) return;
    this.revision = change.revision;
    const { before, after } = change;
    const event = change.eventFor(
      before !== undefined && this.selection.matches(before),
      after !== undefined && this.selection.matches(after),
    );
    if (event !== undefined) this.send(event);
  }

  send(event: WatchEvent<KubeObject>): void {
    if (this.stopped || this.ended !== undefined) return;
    if (this.waiting === undefined) this.sink.event(event);
    else this.waiting.push(event);
  }

  /** Tells that everything up to `revision` has been sent. */
  bookmark(revision: Revision, initialEventsEnd: boolean): void {
    // A watch from the future has nothing to say about the present.
    if (revision < this.revision) return;
    this.revision = revision;
    this.send({ type: 'BOOKMARK', resourceVersion: String(revision), initialEventsEnd });
  }

  /** From now on events go straight to the sink. */
  open(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const event of waiting) {
      if (this.stopped) return;
      this.sink.event(event);
    }
    if (this.ended !== undefined) this.close(this.ended.error);
  }

  close(error: ApiError | undefined): void {
    if (this.stopped) return;
    this.ended = { error };
    if (this.waiting !== undefined) return;
    this.stopped = true;
    this.sink.closed(error);
  }

  stop(): void {
    this.stopped = true;
    this.waiting = undefined;
  }
}
