import type { Revision } from '#store/store.ts';

/** Of the most that may be held: how finely it is known where in history the bytes lie. */
const partsOfMax = 32;

/** How many bytes of history there are, and up to which revision it must be forgotten for there to be less. */
export class HistoryMeter {
  private readonly bytesMax: number;
  private readonly parts: { end: Revision; bytes: number }[] = [];
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  add(revision: Revision, bytes: number): void {
    this.bytes += bytes;
    const last = this.parts.at(-1);
    if (last === undefined || last.bytes > this.bytesMax / partsOfMax) this.parts.push({ end: revision, bytes });
    else {
      last.end = revision;
      last.bytes += bytes;
    }
  }

  /** History up to `revision` is forgotten. */
  forget(revision: Revision): void {
    while (this.parts[0] !== undefined && this.parts[0].end <= revision) this.bytes -= this.parts.shift()?.bytes ?? 0;
  }

  /** Where to forget up to so that half of the most is left; undefined while there is no more than the most. */
  excess(): Revision | undefined {
    if (this.bytes <= this.bytesMax) return undefined;
    let left = this.bytes;
    return this.parts.find(({ bytes }) => {
      left -= bytes;
      return left <= this.bytesMax / 2;
    })?.end;
  }
}
