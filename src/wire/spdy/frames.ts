import { frameType, headBytes, lastFlag, version } from './frame-reader.ts';

/** As many bytes as the length of a frame can count. */
export const dataBytesMax = 2 ** 24 - 1;

export const resetStatus = { protocolError: 1, invalidStream: 2, refused: 3, cancel: 5, alreadyClosed: 9 } as const;
export const goAwayStatus = { ok: 0, protocolError: 1 } as const;

/** Something said on a stream, at most `dataBytesMax` long; with `last`, the last of it. */
export function dataFrame(stream: number, bytes: Uint8Array, last: boolean): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + bytes.length);
  frame.writeUInt32BE(stream, 0);
  frame.writeUInt8(last ? lastFlag : 0, 4);
  frame.writeUIntBE(bytes.length, 5, 3);
  frame.set(bytes, headBytes);
  return frame;
}

/** Accepts a stream, with no headers. `first`: nothing was accepted before on this connection. */
export function replyFrame(stream: number, first: boolean): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(stream);
  return controlFrame(frameType.reply, Buffer.concat([head, first ? zlibHeader : Buffer.alloc(0), noHeaders]));
}

/** No headers, as zlib puts them: a block of four bytes that are not compressed, and the mark of a synchronous flush. */
const noHeaders = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
/** Of a stream that refers to no dictionary. */
const zlibHeader = Buffer.from([0x78, 0x01]);

export function resetFrame(stream: number, status: number): Buffer {
  return controlFrame(frameType.reset, numbers(stream, status));
}

export function pingFrame(id: number): Buffer {
  return controlFrame(frameType.ping, numbers(id));
}

/** No stream after `lastStream` is or will be served. */
export function goAwayFrame(lastStream: number, status: number): Buffer {
  return controlFrame(frameType.goAway, numbers(lastStream, status));
}

function controlFrame(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(0x8000 + version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
