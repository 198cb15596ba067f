import { headerDictionary } from './dictionary.ts';
import { SpdyError } from './spdy-error.ts';

/** By name in lower case; several values of a name are divided by NUL. */
export type SpdyHeaders = ReadonlyMap<string, string>;

/** Of one block, unpacked. Clients send three short headers, and each of a thousand streams keeps its own. */
const blockBytesMax = 8 * 1024;
/** How far back deflate refers. */
const windowBytes = 32 * 1024;
/** The first block begins with zlib's own header, which names the dictionary. */
const zlibHeaderBytes = 6;

/** Unpacks the header blocks of one connection, all of which are one zlib stream. Each block ends with a synchronous flush, at a
 *  whole byte: it unpacks by itself when what came before it is given as a dictionary. */
export class HeaderReader {
  private window: Buffer = headerDictionary;
  private first = true;

  /** Throws SpdyError for bytes that are no headers, or too many. */
  read(block: Buffer): SpdyHeaders {
    const unpacked = this.unpack(this.first ? withoutZlibHeader(block) : block);
    this.first = false;
    this.window = Buffer.concat([this.window, unpacked]).subarray(-windowBytes);
    return headersIn(unpacked);
  }

  private unpack(packed: Buffer): Buffer {
    // Loaded with the first block: most servers never see one.
    const { constants, inflateRawSync } = process.getBuiltinModule('node:zlib');
    try {
      return inflateRawSync(packed, {
        dictionary: this.window,
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: blockBytesMax,
      });
    } catch (error) {
      throw new SpdyError(`a header block cannot be unpacked: ${(error as Error).message}`);
    }
  }
}

function withoutZlibHeader(block: Buffer): Buffer {
  const valid = block.length > zlibHeaderBytes && ((block[0] ?? 0) & 15) === 8 && block.readUInt16BE(0) % 31 === 0;
  if (!valid) throw new SpdyError('the first header block is no zlib stream');
  const namesDictionary = ((block[1] ?? 0) & 32) !== 0;
  return block.subarray(namesDictionary ? zlibHeaderBytes : 2);
}

function headersIn(bytes: Buffer): SpdyHeaders {
  const headers = new Map<string, string>();
  let at = 0;
  const number = (): number => {
    if (at + 4 > bytes.length) throw new SpdyError('a header block ends too early');
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (at + length > bytes.length) throw new SpdyError('a header block ends too early');
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  for (let left = number(); left > 0; left--) {
    const name = text().toLowerCase();
    if (name === '' || headers.has(name)) throw new SpdyError('a header block has a name twice, or an empty one');
    headers.set(name, text());
  }
  if (at !== bytes.length) throw new SpdyError('a header block goes on behind its last header');
  return headers;
}
