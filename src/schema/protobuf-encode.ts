import { writeScalar } from '#schema/protobuf-scalar.ts';
import { ProtobufWriter } from '#schema/protobuf-writer.ts';
import type { Field, ObjectType, Type } from '#schema/type.ts';

type Values = { readonly [key: string]: unknown };

/** Writes a canonical object of the `type`, as `decode` makes it, as a protobuf message (spec: api.md section 2.4). */
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
  } else {
    writeScalar(type, number, value, writer);
  }
}

function writeEntry(type: Type, number: number, key: string, map: object, writer: ProtobufWriter): void {
  const before = writer.length;
  writeValue(type, 2, (map as Values)[key], writer);
  writer.stringField(1, key);
  writer.delimit(number, before);
}
