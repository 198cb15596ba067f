import { Duplex } from 'node:stream';
import { dataBytesMax, dataFrame, resetFrame, resetStatus } from './frames.ts';
import type { SpdyHeaders } from './header-block.ts';

/** What a stream needs of its connection. */
export interface StreamLink {
  /** `done` is called when the frame is on its way, or cannot be sent. */
  send(frame: Buffer, done: (error?: Error | null) => void): void;
  hold(): void;
  release(): void;
  /** The reader took something. */
  took(): void;
}

/** How far one reader may lag behind before it holds up the others. */
const lagBytesMax = 1024 * 1024;

/** One stream of a SPDY connection. `end` ends one direction; `destroy` resets the stream. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  private readonly link: StreamLink;
  private holding = false;
  private finished = false;
  private lost = false;

  constructor(id: number, headers: SpdyHeaders, link: StreamLink) {
    super({ readableHighWaterMark: lagBytesMax });
    this.id = id;
    this.headers = headers;
    this.link = link;
    // What breaks a stream is told by its close.
    this.on('error', () => {});
  }

  /** Something arrived; `last`: nothing will. False when nothing was to come any more. */
  give(bytes: Buffer, last: boolean): boolean {
    if (this.finished) return false;
    this.finished = last;
    if (this.destroyed) return true;
    if (bytes.length > 0 && !this.push(bytes) && !this.holding) {
      this.holding = true;
      this.link.hold();
    }
    if (last) this.push(null);
    return true;
  }

  /** The other side has given it up, or is gone. */
  lose(why: string): void {
    this.lost = true;
    this.destroy(new Error(why));
  }

  override read(size?: number): unknown {
    const taken: unknown = super.read(size);
    if (taken !== null) this.link.took();
    return taken;
  }

  override _read(): void {
    if (this.holding) this.link.release();
    this.holding = false;
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const now = bytes.subarray(0, dataBytesMax);
    const rest = bytes.subarray(now.length);
    const next = (error?: Error | null): void => {
      if (error || rest.length === 0) done(error);
      else this._write(rest, _encoding, done);
    };
    this.link.send(dataFrame(this.id, now, false), next);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.link.send(dataFrame(this.id, Buffer.alloc(0), true), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this._read();
    const over = this.finished && this.writableFinished;
    if (!over && !this.lost) this.link.send(resetFrame(this.id, resetStatus.cancel), () => {});
    done(error);
  }
}
