import { Fifo } from '#base/fifo.ts';
import type { WatchEvent, WatchHandle, WatchSink } from '#client/client.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { EventEncoding } from '#server/event-encoding.ts';
import type { Exchange } from '#server/exchange.ts';
import type { Flushable, FlushQueue } from '#server/flush-queue.ts';
import { isLong, longPiece } from '#server/shared-pieces.ts';
import type { SlowWatch, WatchBacklog } from '#server/watch-backlog.ts';
import type { WatchOutput } from '#server/watch-output.ts';

/** How many live events wait for a slow client before its watch is ended; it resumes from the last one it got. They are
 *  references to shared objects and are encoded only when the client takes them. */
const eventsWaitingMax = 10_000;

/** What all watches of a server have in common. */
export interface WatchesShare {
  readonly backlog: WatchBacklog;
  readonly queue: FlushQueue;
}

/** What is written at once. */
interface Piece {
  readonly bytes: string | Uint8Array;
  /** Whether the bytes are kept for others too. */
  readonly shared: boolean;
}

/** The answer to a watch: event after event, as fast as the client takes them (spec: api.md section 13.2). */
export class WatchResponse implements WatchSink<KubeObject>, SlowWatch, Flushable {
  private readonly exchange: Exchange;
  private readonly encoding: EventEncoding;
  private output: WatchOutput | undefined;
  private readonly waiting = new Fifo<WatchEvent<KubeObject>>();
  /** Set when the first events are sent: the present state, however large, never counts as slowness. */
  private waitingMax = Number.POSITIVE_INFINITY;
  private state: 'open' | 'ending' | 'ended' = 'open';
  private final: ApiError | undefined;
  private flushing = false;
  private blocked = false;
  private handle: WatchHandle | undefined;

  private readonly backlog: WatchBacklog;
  private readonly queue: FlushQueue;
  /** Where in the news the watch began. */
  private readonly began: number;

  constructor(exchange: Exchange, encoding: EventEncoding, shared: WatchesShare) {
    this.exchange = exchange;
    this.backlog = shared.backlog;
    this.queue = shared.queue;
    this.began = shared.backlog.news;
    this.encoding = encoding;
  }

  /** Sends what has come meanwhile, and from now on what comes. */
  start(output: WatchOutput): void {
    this.output = output;
    output.onDrain(() => {
      this.blocked = false;
      this.backlog.release(this);
      this.send();
    });
    if (this.waiting.size > 0 || this.state === 'ending') this.flushSoon();
  }

  /** Ties the watch to the connection: when the client goes, the watch ends. */
  follow(handle: WatchHandle): void {
    this.handle = handle;
    this.backlog.join(this);
    if (this.exchange.signal.aborted || this.state === 'ended') this.stop();
    else this.exchange.signal.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** Ends the stream after what is already waiting, without an error: the client comes back. */
  end(): void {
    this.handle?.stop();
    this.closed(undefined);
  }

  get oldest(): number | undefined {
    const event = this.waiting.peek();
    return event && (this.backlog.positionOf(event) ?? this.began);
  }

  cut(): void {
    this.stop();
    this.exchange.response.destroy();
  }

  event(event: WatchEvent<KubeObject>): void {
    if (this.state !== 'open') return;
    // What comes before the first is sent is the present state.
    if (Number.isFinite(this.waitingMax)) this.backlog.tell(event);
    this.waiting.push(event);
    if (this.waiting.size > this.waitingMax) this.end();
    else this.flushSoon();
  }

  closed(error: ApiError | undefined): void {
    if (this.state !== 'open') return;
    this.state = 'ending';
    this.final = error;
    this.flushSoon();
  }

  private stop(): void {
    this.state = 'ended';
    this.waiting.clear();
    this.handle?.stop();
    this.backlog.leave(this);
  }

  /** Events of one turn of the event loop leave together. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    this.queue.add(this);
  }

  flush(): void {
    this.flushing = false;
    this.waitingMax = Math.min(this.waitingMax, this.waiting.size + eventsWaitingMax);
    this.send();
  }

  private send(): void {
    if (this.output === undefined) return;
    const { output } = this;
    while (this.state !== 'ended' && !this.blocked && this.waiting.size > 0)
      this.write(output, this.nextPiece(output.joins));
    if (this.state !== 'ending' || this.blocked || this.waiting.size > 0) return;
    this.state = 'ended';
    if (this.final !== undefined) this.write(output, { bytes: this.encoding.failure(this.final), shared: false });
    output.end();
  }

  /** A stretch of events large enough to be worth a write, or one that others get too. */
  private nextPiece(joins: boolean): Piece {
    const { encoding, waiting } = this;
    const { shared } = encoding;
    if (shared !== undefined && waiting.size === 1)
      return { bytes: shared.alone(this.take(), encoding.event), shared: true };
    const pieces: (string | Uint8Array)[] = [];
    for (let length = 0; waiting.size > 0 && length < longPiece; ) {
      const event = waiting.peek() as WatchEvent<KubeObject>;
      const piece = encoding.event(event);
      const long = shared !== undefined && isLong(event, piece) ? shared.longOf(event, piece) : undefined;
      if (long !== undefined && pieces.length > 0) break;
      this.take();
      if (long !== undefined) return { bytes: long, shared: true };
      if (!joins) return { bytes: piece, shared: false };
      length += piece.length;
      pieces.push(piece);
    }
    return { bytes: encoding.join(pieces), shared: false };
  }

  private take(): WatchEvent<KubeObject> {
    return this.waiting.shift() as WatchEvent<KubeObject>;
  }

  private write(output: WatchOutput, { bytes, shared }: Piece): void {
    this.blocked = !output.write(bytes);
    if (this.blocked && !shared) this.backlog.hold(this, bytes.length);
  }
}
