/** The frames of HTTP/2 that a client needs which measures and does nothing else (RFC 9113). */

export const frameType = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;

export const endStream = 0x1;
export const acknowledged = 0x1;
const endHeaders = 0x4;

/** Says first of all that HTTP/2 is spoken. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Before each frame's payload; no window counts them. */
export const headBytes = 9;

export interface FrameHead {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Each a number and its value. */
export function settings(values: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(values.length * 6);
  for (const [index, [name, value]] of values.entries()) {
    payload.writeUInt16BE(name, index * 6);
    payload.writeUInt32BE(value, index * 6 + 2);
  }
  return frame(frameType.settings, 0, 0, payload);
}

export function windowUpdate(stream: number, bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return frame(frameType.windowUpdate, 0, stream, payload);
}

/** The head of a request, each header spelled out: it needs no memory of earlier ones. */
export function requestHead(stream: number, headers: { readonly [name: string]: string }, ends: boolean): Buffer {
  const parts = Object.entries(headers).flatMap(([name, value]) => [Buffer.of(0), text(name), text(value)]);
  return frame(frameType.headers, endHeaders | (ends ? endStream : 0), stream, Buffer.concat(parts));
}

/** Whether a block of answer headers, whose sender was asked to keep no table of them, begins with a status of 200 to 299. Such
 *  a status is one of three in the table that all share (RFC 7541, appendix A), or spelled out behind the name's number there, in
 *  digits or in their short codes. */
export function isSuccess(block: Buffer): boolean {
  const at = isTableSize(block[0] ?? 0) ? 1 : 0;
  const first = block[at] ?? 0;
  const indexed = first & 0x80;
  if (indexed !== 0) return first >= 0x88 && first <= 0x8a;
  const isShort = ((block[at + 1] ?? 0) & 0x80) !== 0;
  const digit = block[at + 2] ?? 0;
  return isShort ? digit >> 3 === 0b00010 : digit === '2'.charCodeAt(0);
}

/** What the first block begins with: that the wish for no table was heard. */
function isTableSize(byte: number): boolean {
  return byte >> 5 === 0b001;
}

/** Cuts what a connection brings into frames. The payload of DATA is handed on as it comes, in pieces, and never gathered. */
export class FrameReader {
  private readonly onFrame: (head: FrameHead, payload: Buffer, isLast: boolean) => void;
  private pending: Buffer = Buffer.alloc(0);
  private data: { readonly head: FrameHead; left: number } | undefined;

  constructor(onFrame: (head: FrameHead, payload: Buffer, isLast: boolean) => void) {
    this.onFrame = onFrame;
  }

  read(chunk: Buffer): void {
    let rest = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    for (;;) {
      if (this.data === undefined) {
        if (rest.length < headBytes) break;
        const head = headOf(rest);
        if (head.type !== frameType.data && rest.length < headBytes + head.length) break;
        rest = rest.subarray(headBytes);
        this.data = { head, left: head.length };
      }
      const piece = rest.subarray(0, this.data.left);
      rest = rest.subarray(piece.length);
      this.data.left -= piece.length;
      const { head, left } = this.data;
      if (left === 0) this.data = undefined;
      this.onFrame(head, piece, left === 0);
      if (left > 0) break;
    }
    this.pending = rest;
  }
}

function headOf(bytes: Buffer): FrameHead {
  return {
    length: bytes.readUIntBE(0, 3),
    type: bytes[3] ?? 0,
    flags: bytes[4] ?? 0,
    stream: bytes.readUInt32BE(5),
  };
}

/** A string with its length before it. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length: number[] = [];
  if (bytes.length < 127) length.push(bytes.length);
  else {
    length.push(127);
    let left = bytes.length - 127;
    for (; left >= 128; left >>= 7) length.push((left & 127) | 128);
    length.push(left);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}
