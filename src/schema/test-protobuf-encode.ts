import type { ProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { ProtobufWriter } from '#schema/protobuf-writer.ts';
import type { Field, ObjectType, ScalarType, Type } from '#schema/type.ts';

type Values = { readonly [key: string]: unknown };

/** What clients do, for tests that send protobuf: the server itself answers in JSON, which every client takes.
 *  Writes a canonical object of the `type`, as `decode` makes it, as a protobuf message (spec: api.md section 2.4). */
export function encodeProtobuf(type: ObjectType, value: object): Uint8Array {
  const writer = new ProtobufWriter();
  writeMessage(type, value as Values, writer);
  return writer.finish();
}

interface Part {
  readonly number: number;
  readonly fields: readonly (readonly [name: string, field: Field])[];
  readonly isEmbedded: boolean;
}

const partsOfTypes = new WeakMap<ObjectType, readonly Part[]>();

/** The parts of a message from the highest number to the lowest, as the writer goes backwards. */
function partsOf(type: ObjectType): readonly Part[] {
  let parts = partsOfTypes.get(type);
  if (parts === undefined) {
    const fields = Object.entries(type.fields)
      .filter(([, { proto }]) => proto > 0)
      .toSorted(([, a], [, b]) => b.proto - a.proto);
    const own = fields.filter(([, { options }]) => options.embedded === undefined);
    const containers = new Set(fields.flatMap(([, { options }]) => options.embedded ?? []));
    parts = [
      ...own.map((entry) => ({ number: entry[1].proto, fields: [entry], isEmbedded: false })),
      ...[...containers].map((number) => ({
        number,
        fields: fields.filter(([, { options }]) => options.embedded === number),
        isEmbedded: true,
      })),
    ].toSorted((a, b) => b.number - a.number);
    partsOfTypes.set(type, parts);
  }
  return parts;
}

function writeMessage(type: ObjectType, value: Values, writer: ProtobufWriter): void {
  for (const { number, fields, isEmbedded } of partsOf(type)) {
    const before = writer.length;
    for (const [name, field] of fields) writeValue(field.type, field.proto, value[name], writer);
    if (isEmbedded && writer.length > before) writer.delimit(number, before);
  }
}

function writeValue(type: Type, number: number, value: unknown, writer: ProtobufWriter): void {
  if (value === undefined || value === null) return;
  const before = writer.length;
  if (type.is === 'list') {
    for (const item of (value as readonly unknown[]).toReversed()) writeValue(type.item, number, item, writer);
  } else if (type.is === 'map') {
    for (const key of Object.keys(value).toSorted().toReversed()) writeEntry(type.value, number, key, value, writer);
  } else if (type.is === 'object') {
    writeMessage(type, value as Values, writer);
    writer.delimit(number, before);
  } else if (type.is === 'choice') {
    const isObject = typeof value === 'object' && !Array.isArray(value);
    if (isObject) writeValue(type.object, type.proto.object, value, writer);
    else writeValue(type.other, type.proto.other, value, writer);
    writer.delimit(number, before);
  } else {
    writeScalar(type, number, value, writer);
  }
}

function writeEntry(type: Type, number: number, key: string, map: object, writer: ProtobufWriter): void {
  const before = writer.length;
  const inside = writer.length;
  // A list inside a map stands in a message of its own.
  writeValue(type, type.is === 'list' ? 1 : 2, (map as Values)[key], writer);
  if (type.is === 'list') writer.delimit(2, inside);
  writer.stringField(1, key);
  writer.delimit(number, before);
}

/** Writes field `number` with a canonical JSON value. */
function writeScalar(type: ScalarType<unknown>, number: number, value: unknown, writer: ProtobufWriter): void {
  if (type.is === 'boolean') writer.varintField(number, value === true ? 1n : 0n);
  else if (type.is === 'int32' || type.is === 'int64') writer.varintField(number, BigInt(value as number));
  else if (type.is === 'double') writer.doubleField(number, value as number);
  else if (type.is === 'string') writer.stringField(number, value as string);
  else if (type.is === 'bytes') writer.bytesField(number, Buffer.from(value as string, 'base64'));
  else {
    const before = writer.length;
    writeSmallMessage(type, value, writer);
    writer.delimit(number, before);
  }
}

/** The content of a leaf that is a message of its own. */
function writeSmallMessage(type: ScalarType<unknown>, value: unknown, writer: ProtobufWriter): void {
  if (type.is === 'quantity') writer.stringField(1, value as string);
  else if (type.is === 'raw') writer.stringField(1, JSON.stringify(value));
  else if (type.is === 'intOrString') {
    writer.stringField(3, typeof value === 'string' ? value : '');
    writer.varintField(2, BigInt(typeof value === 'number' ? value : 0));
    writer.varintField(1, typeof value === 'string' ? 1n : 0n);
  } else {
    const { seconds, nanos } = timeUnits(value as string);
    writer.varintField(2, BigInt(nanos));
    writer.varintField(1, BigInt(seconds));
  }
}

/** Seconds since 1970 and nanoseconds of a canonical time text. */
function timeUnits(text: string): { readonly seconds: number; readonly nanos: number } {
  const seconds = Date.parse(`${text.slice(0, 19)}Z`) / 1000;
  const micros = text.length > 20 ? Number(text.slice(20, -1)) : 0;
  return { seconds, nanos: micros * 1000 };
}

/** The reverse of `openProtobufEnvelope`. */
export function wrapProtobuf({ apiVersion, kind, raw }: ProtobufEnvelope): Uint8Array {
  const writer = new ProtobufWriter();
  // Upstream always writes the two fields that say nothing: the encoding and the media type of `raw`.
  writer.stringField(4, '');
  writer.stringField(3, '');
  writer.bytesField(2, raw);
  const before = writer.length;
  writer.stringField(2, kind);
  writer.stringField(1, apiVersion);
  writer.delimit(1, before);
  return Buffer.concat([Buffer.from('k8s\0', 'latin1'), writer.finish()]);
}
