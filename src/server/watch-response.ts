import { encodedJson } from '#api/object-value.ts';
import { bookmarkTable, partialMetadata, type TableOptions, tableOf } from '#api/tables.ts';
import type { WatchEvent, WatchHandle, WatchSink } from '#client/client.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { shellOf } from '#schema/shell.ts';
import type { Exchange } from '#server/exchange.ts';
import { partialText } from '#server/list-text.ts';
import { contentType, type Format } from '#server/negotiate.ts';
import type { SlowWatch, WatchBacklog } from '#server/watch-backlog.ts';

/** How many live events wait for a slow client before its watch is ended; it resumes from the last one it got. They are
 *  references to shared objects and are encoded only when the client takes them. */
const eventsWaitingMax = 10_000;

/** Turns an event into what stands behind `"object":` in its line, as JSON. */
type EventEncoder = (event: WatchEvent<KubeObject>) => string;

/** The lines of events that were sent alone: news, which all watchers share. */
const sharedLines = new WeakMap<WatchEvent<KubeObject>, Buffer>();
/** The same for lines of this length, in the present state too, but only while some client is about to get one. */
const longLine = 64 * 1024;
const longLines = new WeakMap<KubeObject, Map<string, WeakRef<Buffer>>>();

/** The answer to a watch: one JSON document a line, as fast as the client takes them (spec: api.md section 13.2). */
export class WatchResponse implements WatchSink<KubeObject>, SlowWatch {
  private readonly exchange: Exchange;
  private readonly encode: EventEncoder;
  /** Whether whole objects are sent, which read the same for everybody. */
  private readonly whole: boolean;
  private waiting: WatchEvent<KubeObject>[] = [];
  /** The next of `waiting` to be sent. */
  private next = 0;
  /** Set when the first events are sent: the present state, however large, never counts as slowness. */
  private waitingMax = Number.POSITIVE_INFINITY;
  private state: 'open' | 'ending' | 'ended' = 'open';
  private final: ApiError | undefined;
  private flushing = false;
  private blocked = false;
  private handle: WatchHandle | undefined;
  private readonly backlog: WatchBacklog;
  /** Where in the news the watch began. */
  private readonly began: number;

  constructor(
    exchange: Exchange,
    format: Format,
    resource: ResourceDefinition,
    table: TableOptions,
    backlog: WatchBacklog,
  ) {
    this.exchange = exchange;
    this.backlog = backlog;
    this.began = backlog.news;
    this.encode = encoderFor(format, resource, table);
    this.whole = format.view.as === 'object';
  }

  /** Sends the head at once: clients wait for it before they believe in the watch. */
  start(format: Format): void {
    this.exchange.head(200, { 'content-type': contentType(format) });
    this.exchange.response.flushHeaders();
    this.exchange.response.on('drain', () => {
      this.blocked = false;
      this.backlog.release(this);
      this.flush();
    });
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
    const event = this.waiting[this.next];
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
    if (this.waiting.length - this.next > this.waitingMax) this.end();
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
    this.waiting = [];
    this.next = 0;
    this.handle?.stop();
    this.backlog.leave(this);
  }

  /** Events of one turn of the event loop leave together. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.waitingMax = Math.min(this.waitingMax, this.waiting.length + eventsWaitingMax);
      this.flush();
    });
  }

  private flush(): void {
    while (this.state !== 'ended' && !this.blocked && this.next < this.waiting.length) this.write(this.nextLines());
    if (this.next === this.waiting.length) {
      this.waiting = [];
      this.next = 0;
    }
    if (this.state !== 'ending' || this.blocked || this.waiting.length > 0) return;
    this.state = 'ended';
    if (this.final !== undefined) this.write(line('ERROR', JSON.stringify(this.final.status())));
    this.exchange.response.end();
  }

  /** A stretch of lines large enough to be worth a write. */
  private nextLines(): string | Buffer {
    if (this.whole && this.next === this.waiting.length - 1) return this.sharedLine();
    let text = '';
    while (this.next < this.waiting.length && text.length < longLine) {
      const event = this.waiting[this.next] as WatchEvent<KubeObject>;
      const next = line(event.type, this.encode(event));
      const isShared = this.whole && event.type !== 'BOOKMARK' && next.length >= longLine;
      if (isShared && text !== '') break;
      this.next++;
      if (isShared) return longLineOf(event, next);
      text += next;
    }
    return text;
  }

  private sharedLine(): Buffer {
    const event = this.waiting[this.next] as WatchEvent<KubeObject>;
    this.next++;
    const known = sharedLines.get(event);
    if (known !== undefined) return known;
    const text = line(event.type, this.encode(event));
    if (event.type !== 'BOOKMARK' && text.length >= longLine) return longLineOf(event, text);
    const bytes = Buffer.from(text, 'utf8');
    sharedLines.set(event, bytes);
    return bytes;
  }

  private write(lines: string | Buffer): void {
    this.blocked = !this.exchange.response.write(lines);
    if (this.blocked && typeof lines === 'string') this.backlog.hold(this, lines.length);
  }
}

/** A thousand clients that begin to watch and read nothing would each have their own megabyte of a large object. */
function longLineOf({ type, object }: Exclude<WatchEvent<KubeObject>, Bookmark>, text: string): Buffer {
  const known = longLines.get(object) ?? new Map<string, WeakRef<Buffer>>();
  longLines.set(object, known);
  let bytes = known.get(type)?.deref();
  if (bytes === undefined) {
    bytes = Buffer.from(text, 'utf8');
    known.set(type, new WeakRef(bytes));
  }
  return bytes;
}

function line(type: string, object: string): string {
  return `{"type":"${type}","object":${object}}\n`;
}

function encoderFor(format: Format, resource: ResourceDefinition, table: TableOptions): EventEncoder {
  const { view } = format;
  if (view.as === 'Table') return tableEncoder(table);
  const names = { kind: resource.kind, apiVersion: apiVersionOf(resource) };
  const shell = resource.custom === undefined ? shellOf(resource.schema) : {};
  if (view.as === 'object') {
    const empty = { ...shell, ...names };
    return (event) => (event.type === 'BOOKMARK' ? JSON.stringify(bookmark(event, empty)) : encodedJson(event.object));
  }
  return (event) => {
    if (event.type !== 'BOOKMARK') return partialText(event.object, view.version);
    return JSON.stringify(partialMetadata(bookmark(event, names), view.version));
  };
}

/** One row an event; the columns are told once. */
function tableEncoder(options: TableOptions): EventEncoder {
  let first = true;
  return (event) => {
    const made =
      event.type === 'BOOKMARK'
        ? bookmarkTable(bookmark(event, {}), event.resourceVersion, options)
        : tableOf([event.object], { resourceVersion: event.object.metadata.resourceVersion }, options);
    const table = first ? made : { ...made, columnDefinitions: null };
    first = false;
    return JSON.stringify(table);
  };
}

interface ShownBookmark {
  readonly metadata: { readonly resourceVersion: string; readonly annotations?: object };
}

type Bookmark = Extract<WatchEvent<KubeObject>, { type: 'BOOKMARK' }>;

function bookmark(event: Bookmark, names: object): ShownBookmark {
  const annotations = event.initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return { ...names, metadata: { resourceVersion: event.resourceVersion, ...annotations } };
}
