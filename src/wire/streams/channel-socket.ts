import type { RawData, WebSocket } from 'ws';
import type { Clock, Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { type ChannelProtocol, endFrame, frame, unframe } from './channel-protocol.ts';
import type { ChannelListener, Channels } from './channels.ts';

/** Clients that ask whether we are still there give up after a minute without an answer. */
const aliveMs: Millis = 10_000;

/** The same at both ends: the channels of one WebSocket, with back-pressure both ways. Nothing is read before `listen`. */
export class ChannelSocket implements Channels {
  readonly protocol: ChannelProtocol;
  private readonly socket: WebSocket;
  private readonly clock: Clock | undefined;
  private holds = 0;
  private closing = false;
  private timer: Timer | undefined;

  /** With a `clock`, the client is told that we live also while we take nothing from it. */
  constructor(socket: WebSocket, protocol: ChannelProtocol, clock?: Clock) {
    this.socket = socket;
    this.protocol = protocol;
    this.clock = clock;
    socket.pause();
    // What breaks a connection is told by its close.
    socket.on('error', () => {});
  }

  listen(listener: ChannelListener): void {
    const { socket } = this;
    const closed = (): void => {
      this.closing = true;
      this.timer?.cancel();
      listener.closed();
    };
    socket.on('message', (data, isBinary) => this.receive(bufferOf(data), isBinary, listener));
    if (socket.readyState === socket.CLOSED) {
      closed();
      return;
    }
    socket.on('close', closed);
    if (this.holds === 0) socket.resume();
  }

  /** Resolves when the bytes are on their way. Rejects when the connection is gone. */
  send(channel: number, bytes: Uint8Array): Promise<void> {
    return this.write(frame(this.protocol, channel, bytes));
  }

  /** Tells that we write no more to this channel, where the protocol can. */
  async end(channel: number): Promise<void> {
    if (this.protocol.halfClose) await this.write(endFrame(channel));
  }

  /** Takes nothing until `release` was called as often. What arrived a moment ago may still be told. */
  hold(): void {
    this.holds++;
    if (this.holds > 1 || this.closing) return;
    this.socket.pause();
    this.assure();
  }

  release(): void {
    this.holds--;
    if (this.holds > 0) return;
    this.timer?.cancel();
    this.socket.resume();
  }

  /** Says goodbye; what was sent before still arrives, what arrives now is dropped. */
  close(): void {
    this.closing = true;
    this.timer?.cancel();
    this.socket.close(normalClosure);
    // Or the other side's goodbye is never read.
    this.socket.resume();
  }

  /** Cuts the connection. */
  cut(): void {
    this.socket.terminate();
  }

  private receive(message: Buffer, isBinary: boolean, listener: ChannelListener): void {
    if (this.closing) return;
    // Some clients send text where bytes are meant; the first character is the channel all the same.
    const said = unframe(this.protocol, message);
    if (said === undefined || (this.protocol.base64 && isBinary)) return;
    if (said.is === 'end') listener.ended(said.channel);
    else listener.data(said.channel, said.bytes);
  }

  private write(message: string | Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.send(message, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** A question in the queue behind what we do not take cannot be answered; an answer without a question counts as well. */
  private assure(): void {
    if (this.clock === undefined) return;
    const run = (): void => {
      if (this.socket.readyState === this.socket.OPEN) this.socket.pong();
      this.assure();
    };
    this.timer = this.clock.after(aliveMs, run, { background: true });
  }
}

const normalClosure = 1000;

function bufferOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
