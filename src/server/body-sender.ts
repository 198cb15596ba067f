import type { OutgoingHttpHeaders } from 'node:http';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { Exchange } from '#server/exchange.ts';
import { drained } from '#wire/drained.ts';

/** A body in pieces; they are only made as fast as the client takes them. */
export type BodyChunks = Iterable<string>;

/** Bodies up to this many bytes travel uncompressed, as upstream has it. */
const plainBytesMax = 128 * 1024;
/** Longer ones are made and written in pieces of this size: enough to keep the connection busy meanwhile. */
const pieceBytes = 512 * 1024;

/** Sends a body. A short one goes out whole with its length; a long one flows, compressed if the client can read that. */
export async function sendBody(
  exchange: Exchange,
  code: number,
  headers: OutgoingHttpHeaders,
  chunks: BodyChunks,
): Promise<void> {
  const iterator = chunks[Symbol.iterator]();
  const start = gather(iterator, plainBytesMax);
  if (exchange.response.destroyed) return;
  if (start.ended) {
    const bytes = Buffer.from(start.text, 'utf8');
    exchange.head(code, { ...headers, 'content-length': bytes.length });
    return end(exchange, bytes);
  }
  return pour(exchange, code, headers, stretches(start.text, iterator));
}

/** Sends a body that is there as a whole. */
export async function sendBytes(
  exchange: Exchange,
  code: number,
  headers: OutgoingHttpHeaders,
  bytes: Uint8Array,
): Promise<void> {
  const zipped =
    bytes.length > plainBytesMax && readsGzip(exchange) ? await promisify(zlib().gzip)(bytes, { level: 1 }) : undefined;
  const sent = zipped ?? bytes;
  const encoding = zipped === undefined ? {} : { 'content-encoding': 'gzip' };
  exchange.head(code, { ...headers, ...encoding, 'content-length': sent.length });
  return end(exchange, sent);
}

/** What is longer than this waits for its client, and the request is under way until it has come. */
const lightBytesMax = 16 * 1024;

/** Resolves when the bytes have left, or the client has: a request whose answer nobody reads is not over, or one client could have any
 *  number of them here. */
async function end({ method, response }: Exchange, bytes: Uint8Array): Promise<void> {
  response.end(method === 'HEAD' ? undefined : bytes);
  if (bytes.length > lightBytesMax) await left(response);
}

function left(response: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (response.closed || response.writableFinished) return resolve();
    response.once('finish', () => resolve());
    response.once('close', () => resolve());
  });
}

/** Sends `length` bytes that come in pieces: a few whole and with their length, many as they are taken, compressed if the client can
 *  read that. */
export function sendPieces(
  exchange: Exchange,
  code: number,
  headers: OutgoingHttpHeaders,
  length: number,
  pieces: Iterable<Uint8Array>,
): Promise<void> {
  if (length <= plainBytesMax) return sendBytes(exchange, code, headers, Buffer.concat([...pieces]));
  return pour(exchange, code, headers, pieces);
}

/** Loaded with the first long body: it is some milliseconds of a start. */
const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib');

function readsGzip(exchange: Exchange): boolean {
  return /\bgzip\b/.test(exchange.header('accept-encoding') ?? '');
}

/** A long body, as fast as the client takes it. */
async function pour(
  exchange: Exchange,
  code: number,
  headers: OutgoingHttpHeaders,
  pieces: Iterable<string | Uint8Array>,
): Promise<void> {
  const zip = readsGzip(exchange) ? zlib().createGzip({ level: 1 }) : undefined;
  const vary = headers.vary === undefined ? 'Accept-Encoding' : `${String(headers.vary)}, Accept-Encoding`;
  exchange.head(code, zip === undefined ? headers : { ...headers, 'content-encoding': 'gzip', vary });
  const { signal, response } = exchange;
  zip?.pipe(response as Writable);
  const out = zip ?? (response as Writable);
  for (const piece of pieces) {
    if (signal.aborted || (!out.write(piece) && !(await drained(out, signal)))) break;
  }
  if (signal.aborted) out.destroy();
  else out.end();
  await left(response as Writable);
}

function* stretches(first: string, rest: Iterator<string>): Iterable<string> {
  yield first;
  for (let ended = false; !ended; ) {
    const next = gather(rest, pieceBytes);
    yield next.text;
    ended = next.ended;
  }
}

/** The next stretch of text: more than `bytes`, unless the body ends before. */
function gather(iterator: Iterator<string>, bytes: number): { text: string; ended: boolean } {
  let text = '';
  while (text.length <= bytes) {
    const next = iterator.next();
    if (next.done) return { text, ended: true };
    text += next.value;
  }
  return { text, ended: false };
}
