import { SpdyError } from './spdy-error.ts';

/** What a client says. Data comes in the pieces in which it arrives, however large its frame: `last` is set with the last piece of
 *  a stream. */
export type Frame =
  | { readonly is: 'open'; readonly stream: number; readonly flags: number; readonly block: Buffer }
  | { readonly is: 'reply' | 'headers'; readonly stream: number; readonly flags: number; readonly block: Buffer }
  | { readonly is: 'reset'; readonly stream: number }
  | { readonly is: 'ping'; readonly id: number }
  | { readonly is: 'data'; readonly stream: number; readonly bytes: Buffer; readonly last: boolean };

export const version = 3;
/** In the flags of data and of frames that carry headers: the sender says no more on this stream. */
export const lastFlag = 1;
/** In the flags of a new stream: the receiver may say nothing on it. */
export const oneWayFlag = 2;

export const frameType = {
  open: 1,
  reply: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  window: 9,
} as const;

export const headBytes = 8;
/** Of a frame that is read as a whole: no header block is longer, packed. */
const bodyBytesMax = 16 * 1024;
const idMask = 0x7fff_ffff;

type State =
  | { readonly at: 'head' }
  | { readonly at: 'body'; readonly type: number; readonly flags: number; readonly length: number }
  | { readonly at: 'data'; readonly stream: number; readonly last: boolean; left: number }
  /** Behind a frame that is of no use to us. */
  | { readonly at: 'skip'; left: number };

/** Finds the frames in bytes that arrive in any pieces. */
export class FrameReader {
  private state: State = { at: 'head' };
  private parts: Buffer[] = [];
  private collected = 0;

  /** The frames that `chunk` completes. Throws SpdyError for what is none. To be read to its end before the next call. */
  *read(chunk: Buffer): Generator<Frame> {
    let rest = chunk;
    while (rest.length > 0) {
      const state = this.state;
      if (state.at === 'data' || state.at === 'skip') {
        const piece = rest.subarray(0, state.left);
        rest = rest.subarray(piece.length);
        state.left -= piece.length;
        if (state.left === 0) this.state = { at: 'head' };
        if (state.at === 'data') yield pieceOf(state, piece);
        continue;
      }
      const wanted = state.at === 'head' ? headBytes : state.length;
      const part = rest.subarray(0, wanted - this.collected);
      rest = rest.subarray(part.length);
      const whole = this.collect(part, wanted);
      if (whole === undefined) return;
      yield* state.at === 'head' ? this.begin(whole) : this.complete(state.type, state.flags, whole);
    }
  }

  /** All bytes, once there are as many as are wanted. */
  private collect(part: Buffer, wanted: number): Buffer | undefined {
    this.parts.push(part);
    this.collected += part.length;
    if (this.collected < wanted) return undefined;
    const whole = this.parts.length === 1 ? part : Buffer.concat(this.parts);
    this.parts = [];
    this.collected = 0;
    return whole;
  }

  private *begin(head: Buffer): Generator<Frame> {
    const first = head.readUInt32BE(0);
    const flags = head.readUInt8(4);
    const length = head.readUIntBE(5, 3);
    if (first <= idMask) {
      const state = { at: 'data', stream: first, last: (flags & lastFlag) !== 0, left: length } as const;
      if (length === 0) yield pieceOf(state, Buffer.alloc(0));
      else this.state = state;
      return;
    }
    if (head.readUInt16BE(0) !== 0x8000 + version) throw new SpdyError('a frame is of another version than SPDY/3');
    const type = head.readUInt16BE(2);
    const body = bodyBytes[type];
    if (body === undefined) {
      if (length > 0) this.state = { at: 'skip', left: length };
      return;
    }
    if (length < body.min || length > body.max) throw new SpdyError(`a frame of type ${type} has ${length} bytes`);
    this.state = { at: 'body', type, flags, length };
  }

  private *complete(type: number, flags: number, body: Buffer): Generator<Frame> {
    this.state = { at: 'head' };
    const id = body.readUInt32BE(0);
    const stream = id & idMask;
    if (type === frameType.open) yield { is: 'open', stream, flags, block: body.subarray(10) };
    if (type === frameType.reply) yield { is: 'reply', stream, flags, block: body.subarray(4) };
    if (type === frameType.headers) yield { is: 'headers', stream, flags, block: body.subarray(4) };
    if (type === frameType.reset) yield { is: 'reset', stream };
    if (type === frameType.ping) yield { is: 'ping', id };
  }
}

/** Frames of other types are skipped. Clients of Kubernetes neither keep windows nor heed them, nor do they send settings; that they
 *  go away is told by the end of the connection. */
const bodyBytes: { readonly [type: number]: { readonly min: number; readonly max: number } } = {
  [frameType.open]: { min: 10, max: bodyBytesMax },
  [frameType.reply]: { min: 4, max: bodyBytesMax },
  [frameType.headers]: { min: 4, max: bodyBytesMax },
  [frameType.reset]: { min: 8, max: 8 },
  [frameType.ping]: { min: 4, max: 4 },
};

function pieceOf(
  state: { readonly stream: number; readonly last: boolean; readonly left: number },
  bytes: Buffer,
): Frame {
  return { is: 'data', stream: state.stream, bytes, last: state.last && state.left === 0 };
}
