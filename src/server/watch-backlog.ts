import { storedSize } from '#api/object-value.ts';
import type { WatchEvent } from '#client/client.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

/** What watches hold for clients that do not read, all together, in bytes: text that was made for one of them alone… */
const textMax = 256 * 1024 * 1024;
/** …and objects that have been replaced since. */
const newsMax = 256 * 1024 * 1024;

/** A watch whose client may lag behind. */
export interface SlowWatch {
  /** Where in the news the oldest event stands that still waits; undefined when none does. */
  readonly oldest: number | undefined;
  /** Ends it at once, whatever waits. */
  cut(): void;
}

/** Bounds the memory that clients cost who ask for much and read nothing: those furthest behind are cut off. They
 *  begin again from the last event they got. What many wait for, and what is stored anyway, costs nothing. */
export class WatchBacklog {
  /** In the order in which their clients stopped reading. */
  private readonly texts = new Map<SlowWatch, number>();
  private readonly watches = new Set<SlowWatch>();
  private text = 0;
  private readonly positions = new WeakMap<WatchEvent<KubeObject>, number>();
  private checked = 0;
  /** How many bytes of news there have been. */
  news = 0;

  join(watch: SlowWatch): void {
    this.watches.add(watch);
  }

  leave(watch: SlowWatch): void {
    this.watches.delete(watch);
    this.release(watch);
  }

  /** The client has not taken these bytes yet, which nobody else waits for. */
  hold(watch: SlowWatch, bytes: number): void {
    this.release(watch);
    this.texts.set(watch, bytes);
    this.text += bytes;
    for (const slowest of this.texts.keys()) {
      if (this.text <= textMax) return;
      this.release(slowest);
      slowest.cut();
    }
  }

  /** The client has taken everything. */
  release(watch: SlowWatch): void {
    this.text -= this.texts.get(watch) ?? 0;
    this.texts.delete(watch);
  }

  /** Where the event stands in the news; to be told of each as it comes, by whoever gets it. */
  tell(event: WatchEvent<KubeObject>): void {
    if (this.positions.has(event)) return;
    this.positions.set(event, this.news);
    if (event.type !== 'BOOKMARK') this.news += storedSize(event.object);
    if (this.news - this.checked < newsMax / 16) return;
    this.checked = this.news;
    for (const watch of this.watches) if (this.news - (watch.oldest ?? this.news) > newsMax) watch.cut();
  }

  positionOf(event: WatchEvent<KubeObject>): number | undefined {
    return this.positions.get(event);
  }
}
