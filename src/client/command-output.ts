import { Readable } from 'node:stream';

/** Stops and restarts whoever brings the bytes. */
export interface OutputSource {
  hold(): void;
  release(): void;
}

/** An output of a command as it arrives. While its reader lags behind, the source is held. */
export class CommandOutput extends Readable {
  private readonly source: OutputSource;
  private holding = false;
  private finished = false;

  constructor(source: OutputSource) {
    super();
    this.source = source;
  }

  /** Hands on bytes; those that nobody reads any more are dropped. */
  give(bytes: Uint8Array): void {
    if (this.finished || this.destroyed || bytes.length === 0) return;
    if (this.push(bytes) || this.holding) return;
    this.holding = true;
    this.source.hold();
  }

  /** There is no more. */
  finish(): void {
    if (!this.finished && !this.destroyed) this.push(null);
    this.finished = true;
  }

  override _read(): void {
    if (this.holding) this.source.release();
    this.holding = false;
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this._read();
    done(error);
  }
}
