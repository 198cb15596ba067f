import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { headerDictionary } from './dictionary.ts';

/** What a server said. */
export interface Said {
  readonly is: 'reply' | 'reset' | 'ping' | 'go-away' | 'data';
  /** Of a stream, or of a ping. */
  readonly id: number;
  readonly status?: number;
  readonly text?: string;
  readonly last?: boolean;
}

/** Makes the frames of a client, and reads those of a server, by means of its own. */
export class TestClient {
  private readonly deflate: Deflate = createDeflate({ dictionary: headerDictionary, flush: constants.Z_SYNC_FLUSH });
  private readonly inflate: Inflate = createInflate({ dictionary: headerDictionary, flush: constants.Z_SYNC_FLUSH });

  async open(stream: number, headers: { readonly [name: string]: string }, flags = 0): Promise<Buffer> {
    const block = await this.pack(headerBlock(headers));
    return control(1, Buffer.concat([numbers(stream, 0), Buffer.from([0, 0]), block]), flags);
  }

  pack(bytes: Buffer): Promise<Buffer> {
    return passed(this.deflate, bytes);
  }

  /** All that a server said. */
  async understand(bytes: Buffer): Promise<readonly Said[]> {
    const said: Said[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUIntBE(at + 5, 3);
      const body = bytes.subarray(at + 8, at + 8 + length);
      const flags = bytes.readUInt8(at + 4);
      const type = bytes.readUInt32BE(at) < 0x8000_0000 ? 0 : bytes.readUInt16BE(at + 2);
      at += 8 + length;
      if (type === 0) {
        said.push({ is: 'data', id: bytes.readUInt32BE(at - 8 - length), text: String(body), last: flags === 1 });
        continue;
      }
      const id = body.readUInt32BE(0);
      if (type === 2) said.push({ is: 'reply', id, text: String(await passed(this.inflate, body.subarray(4))) });
      if (type === 3) said.push({ is: 'reset', id, status: body.readUInt32BE(4) });
      if (type === 6) said.push({ is: 'ping', id });
      if (type === 7) said.push({ is: 'go-away', id, status: body.readUInt32BE(4) });
    }
    return said;
  }
}

export function headerBlock(headers: { readonly [name: string]: string }): Buffer {
  const words = Object.entries(headers)
    .flat()
    .flatMap((word) => [numbers(Buffer.byteLength(word)), Buffer.from(word)]);
  return Buffer.concat([numbers(Object.keys(headers).length), ...words]);
}

export function data(stream: number, bytes: Uint8Array, last = false): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(stream);
  head.writeUInt8(last ? 1 : 0, 4);
  head.writeUIntBE(bytes.length, 5, 3);
  return Buffer.concat([head, bytes]);
}

export function reset(stream: number): Buffer {
  return control(3, numbers(stream, 5));
}

export function ping(id: number): Buffer {
  return control(6, numbers(id));
}

export function control(type: number, body: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8003);
  head.writeUInt16BE(type, 2);
  head.writeUInt8(flags, 4);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

export function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function passed(through: Deflate | Inflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const take = (part: Buffer): void => {
      parts.push(part);
    };
    through.on('data', take);
    through.once('error', reject);
    through.write(bytes, () => {
      through.off('data', take);
      through.off('error', reject);
      resolve(Buffer.concat(parts));
    });
  });
}
