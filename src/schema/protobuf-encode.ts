import { zeroOf } from '#schema/decode-scalar.ts';
import { delimited } from '#schema/protobuf-reader.ts';
import { putScalar, wireTypeOf } from '#schema/protobuf-scalar.ts';
import { ProtobufWriter, tagOf } from '#schema/protobuf-writer.ts';
import type { ChoiceType, Field, ListType, MapType, ObjectType, Type } from '#schema/type.ts';

type Values = { readonly [key: string]: unknown };

/** Writes a value, its length before it if it has one, without a tag. */
type Put = (value: unknown, writer: ProtobufWriter) => void;

/** Writes one field of an object, or an embedded message, tags included. */
type FieldWriter = (object: Values, writer: ProtobufWriter) => void;

const shared = new ProtobufWriter();

/** An object of the `type`, as `decode` makes it, as a protobuf message: byte by byte what Go's generated code makes of it. Fields
 *  stand in the order of their numbers; a plain value that is not set is written as its zero, a pointer, list or map is left out
 *  (spec: api.md section 2.4). */
export function encodeProtobuf(type: ObjectType, value: object): Uint8Array {
  writeProtobuf(type, value, shared);
  return shared.finish();
}

/** As `encodeProtobuf`, in front of what `writer` has. */
export function writeProtobuf(type: ObjectType, value: object, writer: ProtobufWriter): void {
  for (const write of fieldWriters(type)) write(value as Values, writer);
}

const writersOfTypes = new WeakMap<ObjectType, readonly FieldWriter[]>();

/** From the highest number to the lowest, as the writer goes backwards; made once. */
function fieldWriters(type: ObjectType): readonly FieldWriter[] {
  let writers = writersOfTypes.get(type);
  if (writers === undefined) {
    writers = makeFieldWriters(type);
    writersOfTypes.set(type, writers);
  }
  return writers;
}

type Numbered = readonly [number: number, write: FieldWriter];

function makeFieldWriters(type: ObjectType): readonly FieldWriter[] {
  const fields = Object.entries(type.fields).filter(([, { proto }]) => proto > 0);
  return lastFirst(writersAt(fields, 0));
}

/** Writers of fields that stand in the same embedded message, `depth` messages deep, or in one inside of it. */
function writersAt(fields: readonly (readonly [string, Field])[], depth: number): readonly Numbered[] {
  const containerOf = ({ options }: Field): number | undefined => options.embedded?.[depth];
  const own = fields.filter(([, field]) => containerOf(field) === undefined);
  const containers = new Set(fields.flatMap(([, field]) => containerOf(field) ?? []));
  return [
    ...own.map(([name, field]): Numbered => [field.proto, fieldWriter(name, field)]),
    ...[...containers].map((number): Numbered => {
      const inside = fields.filter(([, field]) => containerOf(field) === number);
      return [number, embeddedWriter(number, writersAt(inside, depth + 1))];
    }),
  ];
}

function lastFirst(writers: readonly Numbered[]): readonly FieldWriter[] {
  return writers.toSorted(([a], [b]) => b - a).map(([, write]) => write);
}

/** Go embeds the struct itself, not a pointer to one: the message is there even when nothing is in it. */
function embeddedWriter(number: number, fields: readonly Numbered[]): FieldWriter {
  const writers = lastFirst(fields);
  return (object, writer) => {
    const before = writer.length;
    for (const write of writers) write(object, writer);
    writer.delimit(number, before);
  };
}

function fieldWriter(name: string, field: Field): FieldWriter {
  const { type, proto } = field;
  if (type.is === 'list') return listWriter(name, proto, type.item);
  if (type.is === 'map') return mapWriter(name, proto, type.value);
  const put = putOf(type);
  const tag = tagOf(proto, wireType(type));
  // Choices are always behind pointers.
  const zero = type.is !== 'choice' && isPlainInGo(field) ? zeroIn(type) : undefined;
  // No bytes are what Go holds where nothing was given.
  const unset = type.is === 'bytes' ? '' : undefined;
  return (object, writer) => {
    const value = object[name] ?? zero;
    if (value === undefined || value === unset) return;
    put(value, writer);
    writer.varint(tag);
  };
}

/** Whether Go holds the value itself, which is then always written, or a pointer that may be nil. */
function isPlainInGo({ type, presence, options }: Field): boolean {
  if (options.plain === true) return true;
  if (options.nullable === true || type.is === 'bytes') return false;
  return type.is === 'object' ? presence === 'required' || presence === 'always' : presence !== 'optional';
}

/** What is written for a plain value that is not there; null for times and embedded JSON, which are then empty messages. */
function zeroIn(type: Exclude<Type, ListType | MapType | ChoiceType>): unknown {
  return type.is === 'object' ? {} : zeroOf(type);
}

function listWriter(name: string, number: number, item: Type): FieldWriter {
  const put = putOf(item);
  const tag = tagOf(number, wireType(item));
  return (object, writer) => {
    const items = object[name] as readonly unknown[] | null | undefined;
    if (items === undefined || items === null) return;
    for (let index = items.length - 1; index >= 0; index--) {
      put(items[index], writer);
      writer.varint(tag);
    }
  };
}

function mapWriter(name: string, number: number, value: Type): FieldWriter {
  const put = putOf(value);
  const valueTag = tagOf(2, wireType(value));
  const keyTag = tagOf(1, delimited);
  return (object, writer) => {
    const map = object[name] as Values | null | undefined;
    if (map === undefined || map === null) return;
    for (const key of keysLastFirst(map)) {
      const before = writer.length;
      put(map[key], writer);
      writer.varint(valueTag);
      writer.string(key);
      writer.varint(keyTag);
      writer.delimit(number, before);
    }
  };
}

/** Go sorts keys by their bytes; the order of UTF-16 is the same for texts without surrogates. */
function keysLastFirst(map: Values): readonly string[] {
  const keys = Object.keys(map);
  if (keys.length < 2) return keys;
  if (keys.some((key) => /[\uD800-\uDFFF]/.test(key))) {
    return keys.sort((a, b) => Buffer.compare(Buffer.from(b), Buffer.from(a)));
  }
  return keys.sort().reverse();
}

function wireType(type: Type): number {
  switch (type.is) {
    case 'object':
    case 'list':
    case 'map':
    case 'choice':
      return delimited;
    default:
      return wireTypeOf(type);
  }
}

function putOf(type: Type): Put {
  switch (type.is) {
    case 'object':
      return messagePut(type);
    case 'choice':
      return choicePut(type);
    case 'list': {
      // A list inside a map stands in a message of its own, of which it is field 1.
      const write = listWriter('items', 1, type.item);
      return nested((items, writer) => write({ items }, writer));
    }
    case 'map':
      throw new Error('A map inside a list or map is nothing that protobuf could say');
    default:
      return (value, writer) => putScalar(type, value, writer);
  }
}

function messagePut(type: ObjectType): Put {
  // Made at the first use, as types may refer to each other.
  let writers: readonly FieldWriter[] | undefined;
  return (value, writer) => {
    writers ??= fieldWriters(type);
    const before = writer.length;
    for (const write of writers) write(value as Values, writer);
    writer.varint(writer.length - before);
  };
}

/** The field of the object or that of the other value; a boolean is no pointer and so always there: an object says true. */
function choicePut(type: ChoiceType): Put {
  const { object, other } = type.proto;
  const putObject = messagePut(type.object);
  const writeOther = type.other.is === 'list' ? listWriter('other', other, type.other.item) : undefined;
  return nested((value, writer) => {
    const isObject = typeof value === 'object' && !Array.isArray(value);
    if (isObject) {
      putObject(value, writer);
      writer.varint(tagOf(object, delimited));
    }
    if (writeOther !== undefined && !isObject) writeOther({ other: value }, writer);
    if (type.other.is === 'boolean') writer.varintField(other, value === false ? 0 : 1);
  });
}

/** A message: what `write` writes, its length before it. */
function nested(write: Put): Put {
  return (value, writer) => {
    const before = writer.length;
    write(value, writer);
    writer.varint(writer.length - before);
  };
}
