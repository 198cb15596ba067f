import { Duplex } from 'node:stream';
import type { ChannelSocket } from './channel-socket.ts';

/** Some channels of a connection, each as a stream for both ways. What arrives on other channels is dropped. A stream whose reader
 *  lags behind holds up all of them. The connection is closed when all streams are; cut, when one of them was destroyed before
 *  its end. Where a single channel cannot be ended, to end a stream is to hear no more of it either. */
export function channelStreams(channels: ChannelSocket, numbers: readonly number[]): readonly Duplex[] {
  const streams = new Map(numbers.map((number) => [number, new ChannelStream(channels, number)]));
  let open = streams.size;
  let complete = true;
  for (const stream of streams.values()) {
    stream.on('close', () => {
      complete &&= stream.complete;
      if (--open > 0) return;
      if (complete) channels.close();
      else channels.cut();
    });
  }
  channels.listen({
    data: (number, bytes) => streams.get(number)?.give(bytes),
    ended: (number) => streams.get(number)?.finish(),
    closed: () => {
      for (const stream of streams.values()) stream.lose();
    },
  });
  return [...streams.values()];
}

class ChannelStream extends Duplex {
  private readonly channels: ChannelSocket;
  private readonly number: number;
  private holding = false;
  private finished = false;

  constructor(channels: ChannelSocket, number: number) {
    super();
    this.channels = channels;
    this.number = number;
    // What breaks a connection is told by the close of its streams.
    this.on('error', () => {});
  }

  /** Whether both sides have said all they had to say. */
  get complete(): boolean {
    return this.finished && this.writableFinished;
  }

  give(bytes: Uint8Array): void {
    if (this.finished || this.destroyed || bytes.length === 0) return;
    if (this.push(bytes) || this.holding) return;
    this.holding = true;
    this.channels.hold();
  }

  finish(): void {
    if (!this.finished && !this.destroyed) this.push(null);
    this.finished = true;
  }

  /** The connection is closed. Where one channel cannot be ended by itself, this is how clients say that they have said all. */
  lose(): void {
    const complete = this.finished || !this.channels.protocol.halfClose;
    if (!complete) {
      this.destroy(new Error('the connection was lost'));
      return;
    }
    if (this.readableEnded) this.destroy();
    else this.once('end', () => setImmediate(() => this.destroy()));
    this.finish();
  }

  override _read(): void {
    if (this.holding) this.channels.release();
    this.holding = false;
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.channels.send(this.number, bytes).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.channels.protocol.halfClose) this.finish();
    this.channels.end(this.number).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this._read();
    done(error);
  }
}
