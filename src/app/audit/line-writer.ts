import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';

/** Where bytes end up. `append` resolves with how many of them did: fewer, or a throw, when there is no more room. */
export interface LineTarget {
  append(bytes: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

export interface LineWriterParts {
  readonly target: LineTarget;
  /** What messages call the target. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** How much may wait while the target takes nothing; beyond, the newest lines are dropped and counted. */
  readonly waitingBytesMax?: number;
}

const waitingBytesMaxDefault = 64 * 1024 * 1024;
const batchBytesMax = 1024 * 1024;
const retryMs: Millis = 1_000;

/** Writes lines one batch after the other without anybody waiting for it. When the target fails, that is logged once, lines wait, and
 *  it is tried again each second. */
export class LineWriter {
  private readonly parts: LineWriterParts;
  private readonly waitingBytesMax: number;
  private waiting: Buffer[] = [];
  /** Those of the batch under way, too. */
  private waitingBytes = 0;
  private dropped = 0;
  private failing = false;
  private closed = false;
  private work: Promise<void> | undefined;
  private timer: Timer | undefined;

  constructor(parts: LineWriterParts) {
    this.parts = parts;
    this.waitingBytesMax = parts.waitingBytesMax ?? waitingBytesMaxDefault;
  }

  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    if (this.closed || this.waitingBytes + bytes.length > this.waitingBytesMax) {
      this.dropped++;
      return;
    }
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    this.wake();
  }

  /** Writes what still waits, with one last try for a target that failed, and closes the target. */
  async close(): Promise<void> {
    this.closed = true;
    await this.work;
    this.endPause();
    await this.drain();
    this.endPause();
    const lost = this.dropped + this.waiting.reduce((sum, bytes) => sum + linesIn(bytes), 0);
    if (lost > 0) this.parts.log.error(`Lost lines that could not be written to ${this.parts.name}`, { lines: lost });
    await this.parts.target.close();
  }

  private endPause(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private wake(): void {
    if (this.work !== undefined || this.timer !== undefined) return;
    this.work = this.drain().finally(() => {
      this.work = undefined;
      if (this.waiting.length > 0 && !this.closed) this.wake();
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.takeBatch();
      const written = await this.append(batch);
      this.waitingBytes -= written;
      if (written === batch.length) {
        this.recovered();
        continue;
      }
      // The rest of a line that was cut must come next, or two lines become one.
      this.waiting.unshift(batch.subarray(written));
      this.timer = this.parts.clock.after(retryMs, () => this.retry(), { background: true });
      return;
    }
  }

  private retry(): void {
    this.timer = undefined;
    this.wake();
  }

  private takeBatch(): Buffer {
    const taken: Buffer[] = [];
    let size = 0;
    for (const line of this.waiting) {
      if (taken.length > 0 && size + line.length > batchBytesMax) break;
      taken.push(line);
      size += line.length;
    }
    this.waiting = this.waiting.slice(taken.length);
    return Buffer.concat(taken, size);
  }

  private async append(batch: Buffer): Promise<number> {
    try {
      const written = await this.parts.target.append(batch);
      if (written < batch.length) this.report(new Error('no room left'));
      return written;
    } catch (error) {
      this.report(error as Error);
      return 0;
    }
  }

  private report({ message }: Error): void {
    if (this.failing) return;
    this.failing = true;
    this.parts.log.error(`Cannot write to ${this.parts.name}; lines wait in memory until it can be written again`, {
      problem: message,
    });
  }

  private recovered(): void {
    if (this.failing) this.parts.log.warn(`${this.parts.name} can be written again`, { linesDropped: this.dropped });
    this.failing = false;
    this.dropped = 0;
  }
}

/** How many lines end in `bytes`: what was taken out for a batch that failed is put back in one piece. */
function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
