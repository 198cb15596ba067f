import { ProtobufError, ProtobufReader } from '#schema/protobuf-reader.ts';

const magic = Buffer.from('k8s\0', 'latin1');

/** A Kubernetes object in protobuf: what it is, and its message (spec: api.md section 2.4). */
export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
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

function readTypeMeta(reader: ProtobufReader, before: Pick<ProtobufEnvelope, 'apiVersion' | 'kind'>): typeof before {
  let { apiVersion, kind } = before;
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === 2) apiVersion = reader.string();
    else if (number === 2 && wireType === 2) kind = reader.string();
    else reader.skip(wireType);
  }
  return { apiVersion, kind };
}
