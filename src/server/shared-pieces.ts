import type { WatchEvent } from '#client/client.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

type Event = WatchEvent<KubeObject>;

/** Pieces of this length are shared whenever they can be. */
export const longPiece = 64 * 1024;

/** What was made of events that read the same for all watchers. */
export class SharedPieces {
  /** Of events that were sent alone: news. */
  private readonly news = new WeakMap<Event, Buffer>();
  /** Of long ones, in the present state too, but only while some client is about to get one: a thousand clients that begin to watch
   *  and read nothing would each have their own megabyte of a large object. */
  private readonly long = new WeakMap<KubeObject, Map<string, WeakRef<Buffer>>>();

  /** The piece of an event that is sent alone. */
  alone(event: Event, make: (event: Event) => string | Uint8Array): Buffer {
    const known = this.news.get(event);
    if (known !== undefined) return known;
    const piece = make(event);
    if (isLong(event, piece)) return this.longOf(event, piece);
    const bytes = bufferOf(piece);
    this.news.set(event, bytes);
    return bytes;
  }

  /** The piece of a long event. */
  longOf({ type, object }: Exclude<Event, { type: 'BOOKMARK' }>, piece: string | Uint8Array): Buffer {
    const known = this.long.get(object) ?? new Map<string, WeakRef<Buffer>>();
    this.long.set(object, known);
    let bytes = known.get(type)?.deref();
    if (bytes === undefined) {
      bytes = bufferOf(piece);
      known.set(type, new WeakRef(bytes));
    }
    return bytes;
  }
}

export function isLong(event: Event, piece: string | Uint8Array): event is Exclude<Event, { type: 'BOOKMARK' }> {
  return event.type !== 'BOOKMARK' && piece.length >= longPiece;
}

function bufferOf(piece: string | Uint8Array): Buffer {
  return typeof piece === 'string'
    ? Buffer.from(piece, 'utf8')
    : Buffer.from(piece.buffer, piece.byteOffset, piece.length);
}
