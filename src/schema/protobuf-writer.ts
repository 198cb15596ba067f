import { delimited, fixed64, varint } from '#schema/protobuf-reader.ts';

/** Texts up to this long are written here, longer ones by the engine: calling it costs as much as that many bytes. */
const shortText = 48;
const roomAtFirst = 4096;

/** The tag of field `number`. */
export function tagOf(number: number, wireType: number): number {
  return number * 8 + wireType;
}

/** Writes protobuf from the last byte to the first, so that lengths are known when they are written: callers put the last field
 *  first, and of a field its value before its tag. */
export class ProtobufWriter {
  private bytes = Buffer.allocUnsafeSlow(roomAtFirst);
  private start = roomAtFirst;

  /** How much has been written; the difference of two is the length of what came between. */
  get length(): number {
    return this.bytes.length - this.start;
  }

  /** What was written, in memory of its own; the writer is empty again. */
  finish(): Uint8Array {
    const written = Uint8Array.prototype.slice.call(this.bytes, this.start);
    this.start = this.bytes.length;
    return written;
  }

  varintField(number: number, value: number): void {
    this.varint(value);
    this.varint(tagOf(number, varint));
  }

  doubleField(number: number, value: number): void {
    this.double(value);
    this.varint(tagOf(number, fixed64));
  }

  stringField(number: number, value: string): void {
    this.string(value);
    this.varint(tagOf(number, delimited));
  }

  bytesField(number: number, value: Uint8Array): void {
    this.delimitedBytes(value);
    this.varint(tagOf(number, delimited));
  }

  /** Closes a length-delimited field that began when `length` was `before`. */
  delimit(number: number, before: number): void {
    this.varint(this.length - before);
    this.varint(tagOf(number, delimited));
  }

  double(value: number): void {
    this.reserve(8);
    this.bytes.writeDoubleLE(value, this.start);
  }

  /** A text with its length before it. */
  string(value: string): void {
    if (value.length > shortText || !this.shortAscii(value)) this.longString(value);
  }

  /** Bytes with their length before them. */
  delimitedBytes(value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.start);
  }

  /** A whole number, safe and of either sign, as its 64 bits. */
  varint(value: number): void {
    if (value < 0) this.negative(value);
    else if (value < 0x80) {
      this.reserve(1);
      this.bytes[this.start] = value;
    } else this.longVarint(value);
  }

  private longVarint(value: number): void {
    let size = 2;
    for (let limit = 0x4000; value >= limit; limit *= 0x80) size += 1;
    this.reserve(size);
    const last = this.start + size - 1;
    let rest = value;
    for (let at = this.start; at < last; at++) {
      this.bytes[at] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[last] = rest;
  }

  private negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    this.reserve(10);
    for (let at = this.start; at < this.start + 9; at++) {
      this.bytes[at] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.bytes[this.start + 9] = Number(rest);
  }

  /** False, with nothing written, for a text that is not ASCII alone. */
  private shortAscii(value: string): boolean {
    const { length } = value;
    this.reserve(length);
    const { bytes, start } = this;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        this.start += length;
        return false;
      }
      bytes[start + index] = code;
    }
    this.varint(length);
    return true;
  }

  private longString(value: string): void {
    const length = Buffer.byteLength(value);
    this.reserve(length);
    this.bytes.write(value, this.start, length, length === value.length ? 'latin1' : 'utf8');
    this.varint(length);
  }

  private reserve(count: number): void {
    if (count > this.start) {
      const grown = Buffer.allocUnsafeSlow(2 * this.bytes.length + count);
      const start = grown.length - this.length;
      this.bytes.copy(grown, start, this.start);
      this.bytes = grown;
      this.start = start;
    }
    this.start -= count;
  }
}
