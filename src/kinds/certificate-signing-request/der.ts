/** One element of DER: ASN.1 as certificates are written in (X.690). */
export interface DerElement {
  /** The first byte: class, whether it is made of others, and number (of those below 31, which are all that we need). */
  readonly tag: number;
  /** What it holds. */
  readonly content: Buffer;
  /** All of it, its tag and length included. */
  readonly whole: Buffer;
}

export const derTags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Thrown for bytes that are not what they should be; the message is Go's. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** The element that `bytes` begin with. Throws `DerError`. */
export function readDer(bytes: Buffer): DerElement {
  const [tag, first] = bytes;
  if (tag === undefined) throw new DerError('asn1: syntax error: sequence truncated');
  if (first === undefined) throw new DerError('asn1: syntax error: truncated tag or length');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthBytes > 4) throw new DerError('asn1: structure error: length too large');
  if (bytes.length < 2 + lengthBytes) throw new DerError('asn1: syntax error: truncated tag or length');
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  const start = 2 + lengthBytes;
  if (bytes.length < start + length) throw new DerError('asn1: syntax error: data truncated');
  return { tag, content: bytes.subarray(start, start + length), whole: bytes.subarray(0, start + length) };
}

/** The elements that `bytes` are made of. Throws `DerError`. */
export function readAllDer(bytes: Buffer): readonly DerElement[] {
  const elements: DerElement[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const element = readDer(rest);
    elements.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return elements;
}

/** `element`, which must be there and be of this tag. Throws `DerError`. */
export function requireDer(element: DerElement | undefined, tag: number): DerElement {
  if (element === undefined) throw new DerError('asn1: syntax error: sequence truncated');
  if (element.tag !== tag) throw new DerError(`asn1: structure error: tags don't match (${tag} vs ${element.tag})`);
  return element;
}

/** The members of a sequence or set. Throws `DerError`. */
export function membersOf(element: DerElement | undefined, tag: number): readonly DerElement[] {
  return readAllDer(requireDer(element, tag).content);
}

/** An object identifier as text, such as "2.5.4.3". Throws `DerError`. */
export function oidOf(element: DerElement | undefined): string {
  const { content } = requireDer(element, derTags.objectIdentifier);
  const arcs: number[] = [];
  let value = 0;
  for (const byte of content) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}

/** UTF8String, NumericString, PrintableString, T61String and IA5String: bytes that are taken for UTF-8. */
const byteStrings = new Set([0x0c, 0x12, 0x13, 0x14, 0x16]);
const bmpString = 0x1e;

/** The text of an element of one of the usual string types. Throws `DerError` for others: what reads the certificate later might see
 *  a text where we saw none. */
export function textOf({ tag, content }: DerElement): string {
  if (byteStrings.has(tag)) return content.toString('utf8');
  if (tag !== bmpString || content.length % 2 !== 0) throw new DerError(`x509: unsupported string type: ${tag}`);
  return Buffer.from(content).swap16().toString('utf16le');
}

/** The bytes of a bit string of whole bytes. Throws `DerError`. */
export function bitsOf(element: DerElement | undefined): Buffer {
  const { content } = requireDer(element, derTags.bitString);
  if (content[0] !== 0) throw new DerError('asn1: syntax error: invalid padding bits in BIT STRING');
  return content.subarray(1);
}
