import type { Duplex } from 'node:stream';
import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { type Frame, FrameReader, lastFlag, oneWayFlag } from './frame-reader.ts';
import { goAwayFrame, goAwayStatus, pingFrame, replyFrame, resetFrame, resetStatus } from './frames.ts';
import { HeaderReader, type SpdyHeaders } from './header-block.ts';
import { SpdyError } from './spdy-error.ts';
import { SpdyStream, type StreamLink } from './spdy-stream.ts';

/** Who serves the streams that a client opens. */
export interface StreamTaker {
  /** Whether a stream with these headers is served; it is reset otherwise. */
  accepts(headers: SpdyHeaders): boolean;
  /** To be read, or destroyed. */
  opened(stream: SpdyStream): void;
  /** Nothing comes or goes any more. Called once, after the last stream was destroyed. */
  closed(): void;
}

const streamsMax = 1_000;
/** Answers that a client lets pile up without taking them. */
const answersMax = 10_000;
/** What waits for the readers of all streams together before it holds up the connection, and how often that is counted. */
const lagBytesMax = 8 * 1024 * 1024;
const countedBytes = 1024 * 1024;
/** How long a client may take to hang up after the last word. */
const lingerMs: Millis = 10_000;

/** The server's side of a SPDY/3.1 connection, over any byte stream. Like the servers of Kubernetes it keeps no windows, since its
 *  clients neither heed nor open any: a stream whose reader lags far behind holds up the whole connection instead.
 *  Bytes that make no sense end the connection, and nothing else. */
export class SpdySession {
  private readonly carrier: Duplex;
  private readonly taker: StreamTaker;
  private readonly clock: Clock;
  private readonly frames = new FrameReader();
  private readonly headers = new HeaderReader();
  private readonly streams = new Map<number, SpdyStream>();
  private readonly link: StreamLink = {
    send: (frame, done) => this.send(frame, done),
    hold: () => this.hold(),
    release: () => this.release(),
    took: () => this.took(),
  };
  private lastStream = 0;
  private accepted = 0;
  private answers = 0;
  private holds = 0;
  private uncounted = 0;
  /** Whether the streams together hold up the connection. */
  private lagging = false;
  private closing = false;
  private over = false;

  constructor(carrier: Duplex, taker: StreamTaker, clock: Clock) {
    this.carrier = carrier;
    this.taker = taker;
    this.clock = clock;
    carrier.on('error', () => {});
    carrier.on('data', (chunk: Buffer) => this.receive(chunk));
    carrier.on('end', () => this.cut());
    carrier.on('close', () => this.lose());
  }

  /** Says goodbye: what was sent before still arrives, what arrives now is dropped. */
  close(): void {
    this.leave(goAwayStatus.ok);
  }

  /** Cuts the connection. */
  cut(): void {
    this.carrier.destroy();
    this.lose();
  }

  private receive(chunk: Buffer): void {
    if (this.closing) return;
    try {
      for (const frame of this.frames.read(chunk)) {
        this.take(frame);
        if (this.closing) return;
      }
    } catch (error) {
      if (!(error instanceof SpdyError)) throw error;
      this.leave(goAwayStatus.protocolError);
      this.lose();
    }
  }

  private take(frame: Frame): void {
    switch (frame.is) {
      case 'open':
        this.open(frame.stream, frame.flags, this.headers.read(frame.block));
        break;
      case 'reply':
        throw new SpdyError('a stream is accepted that was never opened');
      case 'headers':
        // They say nothing to us, but those behind them refer to them.
        this.headers.read(frame.block);
        this.give(frame.stream, Buffer.alloc(0), (frame.flags & lastFlag) !== 0);
        break;
      case 'data':
        this.give(frame.stream, frame.bytes, frame.last);
        break;
      case 'reset':
        this.streams.get(frame.stream)?.lose('the client has reset the stream');
        break;
      case 'ping':
        // The others are answers, to questions that we do not ask.
        if (frame.id % 2 === 1) this.answer(pingFrame(frame.id));
    }
  }

  private open(id: number, flags: number, headers: SpdyHeaders): void {
    if (id % 2 === 0 || id <= this.lastStream) throw new SpdyError(`stream ${id} is opened after ${this.lastStream}`);
    this.lastStream = id;
    const served = this.streams.size < streamsMax && (flags & oneWayFlag) === 0 && this.taker.accepts(headers);
    if (!served) {
      this.answer(resetFrame(id, resetStatus.refused));
      return;
    }
    const stream = new SpdyStream(id, headers, this.link);
    this.streams.set(id, stream);
    stream.once('close', () => {
      this.streams.delete(id);
      this.took();
    });
    this.answer(replyFrame(id, this.accepted++ === 0));
    this.taker.opened(stream);
    if ((flags & lastFlag) !== 0) stream.give(Buffer.alloc(0), true);
  }

  private give(id: number, bytes: Buffer, last: boolean): void {
    const stream = this.streams.get(id);
    if (stream === undefined) {
      // Of streams that are over, something may still be under way.
      if (id > this.lastStream || id % 2 === 0) this.answer(resetFrame(id, resetStatus.invalidStream));
      return;
    }
    if (stream.give(bytes, last)) {
      this.count(bytes.length);
      return;
    }
    if (bytes.length === 0) return;
    this.answer(resetFrame(id, resetStatus.alreadyClosed));
    stream.lose('the client has said more than it had to say');
  }

  /** Many streams that each lag a little behind would fill the memory as well as one that lags far. */
  private count(bytes: number): void {
    this.uncounted += bytes;
    if (this.lagging || this.uncounted < countedBytes) return;
    this.uncounted = 0;
    if (this.lag() <= lagBytesMax) return;
    this.lagging = true;
    this.hold();
  }

  private took(): void {
    if (!this.lagging || this.lag() > lagBytesMax / 2) return;
    this.lagging = false;
    this.release();
  }

  private lag(): number {
    return [...this.streams.values()].reduce((sum, { readableLength }) => sum + readableLength, 0);
  }

  private answer(frame: Buffer): void {
    if (++this.answers > answersMax) throw new SpdyError('the client takes no answers');
    this.send(frame, () => this.answers--);
  }

  private send(frame: Buffer, done: (error?: Error | null) => void): void {
    if (this.over || !this.carrier.writable) done(new Error('the connection is closed'));
    else this.carrier.write(frame, done);
  }

  private hold(): void {
    if (++this.holds === 1 && !this.closing) this.carrier.pause();
  }

  private release(): void {
    if (--this.holds === 0) this.carrier.resume();
  }

  private leave(status: number): void {
    if (this.closing) return;
    this.closing = true;
    if (!this.carrier.writable) {
      this.cut();
      return;
    }
    this.carrier.end(goAwayFrame(this.lastStream, status));
    // Or the client's goodbye is never read.
    this.carrier.resume();
    const timer = this.clock.after(lingerMs, () => this.cut(), { background: true });
    this.carrier.once('close', () => timer.cancel());
  }

  private lose(): void {
    if (this.over) return;
    this.over = true;
    this.closing = true;
    for (const stream of this.streams.values()) stream.lose('the connection was lost');
    this.taker.closed();
  }
}
