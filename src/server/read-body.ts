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
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > bodyBytesMax) refuse();
      else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client went away before its request was whole')));
  });
}
