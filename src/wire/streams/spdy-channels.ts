import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { SpdySession } from '#wire/spdy/spdy-session.ts';
import type { SpdyStream } from '#wire/spdy/spdy-stream.ts';
import { channel } from './channel-protocol.ts';
import type { ChannelListener, Channels } from './channels.ts';
import type { SpdyProtocol } from './spdy-protocol.ts';

/** How long a client may take to open its streams (spec: api.md section 19.5). */
const openingMs: Millis = 30_000;
/** Of what a terminal's size is told in. */
const sizeBytesMax = 1024;

export type ChannelName = keyof typeof channel;

/** The channels of a command whose client opens a stream for each. Resolves when all of `wanted` are open; rejects when the client
 *  does not open them in time. */
export function openSpdyChannels(
  carrier: Duplex,
  protocol: SpdyProtocol,
  wanted: readonly ChannelName[],
  clock: Clock,
): Promise<Channels> {
  return new Promise((resolve, reject) => {
    const streams = new Map<number, SpdyStream>();
    let channels: SpdyChannels | undefined;
    const isFree = (type: string): type is ChannelName =>
      Object.hasOwn(channel, type) && !streams.has(channel[type as ChannelName]);
    const session = new SpdySession(
      carrier,
      {
        accepts: (headers) => isFree(headers.get('streamtype') ?? ''),
        opened: (stream) => {
          streams.set(channel[stream.headers.get('streamtype') as ChannelName], stream);
          if (channels !== undefined || !wanted.every((name) => streams.has(channel[name]))) return;
          timer.cancel();
          channels = new SpdyChannels(session, protocol, streams);
          resolve(channels);
        },
        closed: () => {
          timer.cancel();
          channels?.lose();
          reject(new Error('the client has gone away'));
        },
      },
      clock,
    );
    const late = (): void => {
      session.close();
      reject(new Error('timed out waiting for client to create streams'));
    };
    const timer = clock.after(openingMs, late, { background: true });
  });
}

class SpdyChannels implements Channels {
  readonly protocol: SpdyProtocol;
  private readonly session: SpdySession;
  private readonly streams: ReadonlyMap<number, SpdyStream>;
  private listener: ChannelListener | undefined;
  private lost = false;
  private holds = 0;

  constructor(session: SpdySession, protocol: SpdyProtocol, streams: ReadonlyMap<number, SpdyStream>) {
    this.session = session;
    this.protocol = protocol;
    this.streams = streams;
  }

  listen(listener: ChannelListener): void {
    this.listener = listener;
    for (const [number, stream] of this.streams) {
      if (number === channel.resize)
        stream.on(
          'data',
          linesTo((line) => listener.data(number, line)),
        );
      else stream.on('data', (bytes: Buffer) => listener.data(number, bytes));
      stream.on('end', () => listener.ended(number));
    }
    if (this.holds > 0) this.streams.get(channel.stdin)?.pause();
    if (this.lost) listener.closed();
  }

  /** An empty message, which has a meaning in WebSockets, says nothing here. */
  send(number: number, bytes: Uint8Array): Promise<void> {
    const stream = this.streams.get(number);
    if (bytes.length === 0 || stream === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async end(number: number): Promise<void> {
    this.streams.get(number)?.end();
  }

  /** Only input makes anybody lag behind: the size of the terminal goes on to be told. */
  hold(): void {
    if (++this.holds === 1) this.streams.get(channel.stdin)?.pause();
  }

  release(): void {
    if (--this.holds === 0) this.streams.get(channel.stdin)?.resume();
  }

  /** Clients read each stream to its end. */
  close(): void {
    const ends = [...this.streams.values()].map((stream) => {
      stream.end();
      return finished(stream, { readable: false }).catch(() => {});
    });
    void Promise.all(ends).then(() => this.session.close());
  }

  cut(): void {
    this.session.cut();
  }

  /** Nothing comes or goes any more. */
  lose(): void {
    if (this.lost) return;
    this.lost = true;
    this.listener?.closed();
  }
}

/** Puts lines together out of pieces; one that is too long is dropped. */
function linesTo(give: (line: Buffer) => void): (bytes: Buffer) => void {
  let text = '';
  return (bytes) => {
    const lines = (text + bytes.toString('latin1')).split('\n');
    const rest = lines.pop() ?? '';
    text = rest.length > sizeBytesMax ? '' : rest;
    for (const line of lines) give(Buffer.from(line, 'latin1'));
  };
}
