/** Thrown for bytes that are not the message they should be; the message is worded as Go's generated code words it. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

export const varint = 0;
export const fixed64 = 1;
export const delimited = 2;
const fixed32 = 5;

export interface Tag {
  readonly number: number;
  readonly wireType: number;
}

/** Reads protobuf primitives from a part of a buffer. Never reads past its end; all failures are `ProtobufError`. */
export class ProtobufReader {
  private readonly bytes: Buffer;
  private at: number;
  private readonly end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.end = end;
  }

  get isDone(): boolean {
    return this.at >= this.end;
  }

  tag(): Tag {
    const key = this.uint32();
    const number = key >>> 3;
    if (number === 0) throw new ProtobufError(`proto: illegal tag 0 (wire type ${key & 7})`);
    return { number, wireType: key & 7 };
  }

  /** The low 32 bits of a varint, unsigned. */
  uint32(): number {
    return Number(this.varint() & 0xffffffffn);
  }

  /** The low 32 bits of a varint, signed. */
  int32(): number {
    return Number(BigInt.asIntN(32, this.varint()));
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.varint());
  }

  bool(): boolean {
    return this.varint() !== 0n;
  }

  double(): number {
    const at = this.advance(8);
    return this.bytes.readDoubleLE(at);
  }

  string(): string {
    const length = this.length();
    const at = this.advance(length);
    return this.bytes.toString('utf8', at, at + length);
  }

  /** A copy-free view of a length-delimited value. */
  slice(): Buffer {
    const length = this.length();
    const at = this.advance(length);
    return this.bytes.subarray(at, at + length);
  }

  /** A reader of a length-delimited value. */
  nested(): ProtobufReader {
    const length = this.length();
    const at = this.advance(length);
    return new ProtobufReader(this.bytes, at, at + length);
  }

  skip(wireType: number): void {
    if (wireType === varint) this.varint();
    else if (wireType === fixed64) this.advance(8);
    else if (wireType === fixed32) this.advance(4);
    else if (wireType === delimited) this.advance(this.length());
    else throw new ProtobufError(`proto: illegal wireType ${wireType}`);
  }

  private length(): number {
    const length = this.varint();
    if (length > BigInt(this.end - this.at)) throw new ProtobufError('unexpected EOF');
    return Number(length);
  }

  private advance(count: number): number {
    const at = this.at;
    if (at + count > this.end) throw new ProtobufError('unexpected EOF');
    this.at = at + count;
    return at;
  }

  private varint(): bigint {
    const first = this.bytes[this.at] ?? 0;
    if (first < 0x80 && this.at < this.end) {
      this.at += 1;
      return BigInt(first);
    }
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.advance(1)] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('proto: integer overflow');
  }
}
