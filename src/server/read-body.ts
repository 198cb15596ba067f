import { ApiError } from '#kinds/meta/errors.ts';
import type { Request } from '#wire/listener.ts';

/** The most a request may bring (spec: api.md section 2.2). */
export const bodyBytesMax = 3 * 1024 * 1024;

/** The request's body. Refused as too large as soon as that is known; what still comes is dropped. */
export function readBody(request: Request): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => {
      request.removeAllListeners('data');
      request.resume();
      const message = `Request entity too large: limit is ${bodyBytesMax}`;
      reject(new ApiError({ code: 413, reason: 'RequestEntityTooLarge', message }));
    };
    const pieces = new Pieces();
    request.on('data', (chunk: Buffer) => {
      pieces.add(chunk);
      if (pieces.length > bodyBytesMax) refuse();
    });
    request.on('end', () => resolve(pieces.whole()));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client went away before its request was whole')));
  });
}

/** So many small pieces are put together to one. */
const looseMax = 1_000;

/** Bytes that come in pieces of any size. A client may send each byte by itself, and a piece costs a few hundred bytes however short it
 *  is: a body of three megabytes would be a gigabyte. */
class Pieces {
  length = 0;
  private readonly blocks: Buffer[] = [];
  private loose: Buffer[] = [];

  add(piece: Buffer): void {
    this.length += piece.length;
    this.loose.push(piece);
    if (this.loose.length < looseMax) return;
    this.blocks.push(Buffer.concat(this.loose));
    this.loose = [];
  }

  whole(): Buffer {
    const all = [...this.blocks, ...this.loose];
    return all.length === 1 ? (all[0] as Buffer) : Buffer.concat(all);
  }
}
