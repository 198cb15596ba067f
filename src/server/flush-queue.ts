import { setImmediate } from '#base/timers.ts';

/** Enough that a turn of the event loop is no cost beside the writes, and few enough that nobody waits a millisecond for it. */
export const flushesPerTurn = 64;

/** Whoever has something to write. */
export interface Flushable {
  flush(): void;
}

/** Lets watches write in the order in which they got something, some in each turn of the event loop. Connections send what was
 *  written to them between two turns: were a thousand watches of an object to write in one, the first client would hear of it
 *  only after the last had been written to, and so would the client whose change it was. */
export class FlushQueue {
  private waiting: Flushable[] = [];
  private next = 0;

  /** Flushes it in a later turn. */
  add(watch: Flushable): void {
    this.waiting.push(watch);
    if (this.waiting.length === 1) setImmediate(() => this.turn());
  }

  private turn(): void {
    const end = Math.min(this.waiting.length, this.next + flushesPerTurn);
    while (this.next < end) this.waiting[this.next++]?.flush();
    if (this.next < this.waiting.length) {
      setImmediate(() => this.turn());
      return;
    }
    this.waiting = [];
    this.next = 0;
  }
}
