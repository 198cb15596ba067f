import { delimited, ProtobufError, ProtobufReader } from '#schema/protobuf-reader.ts';
import { ProtobufWriter, tagOf } from '#schema/protobuf-writer.ts';

const magic = Buffer.from('k8s\0', 'latin1');

/** A Kubernetes object in protobuf: what it is, and its message (spec: api.md section 2.4). */
export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

type Names = Pick<ProtobufEnvelope, 'apiVersion' | 'kind'>;

/** The two fields that say nothing about `raw`, its encoding and media type; upstream always writes them. */
const envelopeEnd = Buffer.from([0x1a, 0, 0x22, 0]);

/** The reverse of `openProtobufEnvelope`. */
export function sealProtobufEnvelope(envelope: ProtobufEnvelope): Uint8Array {
  const writer = new ProtobufWriter();
  writeProtobufEnvelope(envelope, writer);
  return writer.finish();
}

/** As `sealProtobufEnvelope`, in front of what `writer` has. */
export function writeProtobufEnvelope({ raw, ...names }: ProtobufEnvelope, writer: ProtobufWriter): void {
  writer.raw(envelopeEnd);
  writer.raw(raw);
  writeStart(names, raw.length, writer);
}

/** What stands before and after a message of `length` bytes in its envelope, for a message that is there in pieces. */
export function protobufEnvelopeParts(
  names: Names,
  length: number,
): { readonly before: Uint8Array; readonly after: Uint8Array } {
  const writer = new ProtobufWriter();
  writeStart(names, length, writer);
  return { before: writer.finish(), after: envelopeEnd };
}

function writeStart({ apiVersion, kind }: Names, length: number, writer: ProtobufWriter): void {
  writer.varint(length);
  writer.varint(tagOf(2, delimited));
  const before = writer.length;
  writer.stringField(2, kind);
  writer.stringField(1, apiVersion);
  writer.delimit(1, before);
  writer.raw(magic);
}

/** Opens the envelope of a request body: the magic bytes and the message `Unknown`. Throws `ProtobufError`. */
export function openProtobufEnvelope(bytes: Uint8Array): ProtobufEnvelope {
  if (Buffer.compare(bytes.subarray(0, magic.length), magic) !== 0) {
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  }
  let apiVersion = '';
  let kind = '';
  let raw: Uint8Array = new Uint8Array();
  const reader = new ProtobufReader(bytes, magic.length);
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === 2) ({ apiVersion, kind } = readTypeMeta(reader.nested(), { apiVersion, kind }));
    else if (number === 2 && wireType === 2) raw = reader.slice();
    else reader.skip(wireType);
  }
  return { apiVersion, kind, raw };
}

function readTypeMeta(reader: ProtobufReader, before: Names): typeof before {
  let { apiVersion, kind } = before;
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === 2) apiVersion = reader.string();
    else if (number === 2 && wireType === 2) kind = reader.string();
    else reader.skip(wireType);
  }
  return { apiVersion, kind };
}
