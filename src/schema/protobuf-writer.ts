import { delimited, fixed64, varint } from '#schema/protobuf-reader.ts';

/** Writes protobuf from the last byte to the first, so that lengths are known when they are written: callers put the last field first. */
export class ProtobufWriter {
  private bytes = Buffer.allocUnsafe(1024);
  private start = this.bytes.length;

  /** How much has been written; the difference of two is the length of what came between. */
  get length(): number {
    return this.bytes.length - this.start;
  }

  finish(): Uint8Array {
    return this.bytes.subarray(this.start);
  }

  varintField(number: number, value: bigint): void {
    this.varint(BigInt.asUintN(64, value));
    this.tag(number, varint);
  }

  doubleField(number: number, value: number): void {
    this.reserve(8);
    this.bytes.writeDoubleLE(value, this.start);
    this.tag(number, fixed64);
  }

  stringField(number: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.reserve(length);
    this.bytes.write(value, this.start);
    this.delimit(number, this.length - length);
  }

  bytesField(number: number, value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.start);
    this.delimit(number, this.length - value.length);
  }

  /** Closes a length-delimited field that began when `length` was `before`. */
  delimit(number: number, before: number): void {
    this.varint(BigInt(this.length - before));
    this.tag(number, delimited);
  }

  private tag(number: number, wireType: number): void {
    this.varint(BigInt(number * 8 + wireType));
  }

  private varint(value: bigint): void {
    let size = 1;
    for (let rest = value >> 7n; rest > 0n; rest >>= 7n) size += 1;
    this.reserve(size);
    let rest = value;
    for (let index = 0; index < size; index += 1) {
      const more = index < size - 1 ? 0x80 : 0;
      this.bytes[this.start + index] = Number(rest & 0x7fn) | more;
      rest >>= 7n;
    }
  }

  private reserve(count: number): void {
    if (count > this.start) {
      const grown = Buffer.allocUnsafe(2 * this.bytes.length + count);
      const start = grown.length - this.length;
      this.bytes.copy(grown, start, this.start);
      this.bytes = grown;
      this.start = start;
    }
    this.start -= count;
  }
}
