import { setKey } from '#schema/json-source.ts';
import { ProtobufError, ProtobufReader } from '#schema/protobuf-reader.ts';
import { readScalar, wireTypeOf } from '#schema/protobuf-scalar.ts';
import { TimeError } from '#schema/time.ts';
import type { ChoiceType, Field, ListType, ObjectType, Type } from '#schema/type.ts';

type Values = { [key: string]: unknown };

/** Reads a message of the `type` into a source for `decode`, which prunes zeros and fills in what must be there. Fields that the
 *  schema does not know are skipped. Throws `ProtobufError` (spec: api.md section 2.4). */
export function decodeProtobuf(type: ObjectType, bytes: Uint8Array): unknown {
  const target: Values = {};
  try {
    readMessage(new ProtobufReader(bytes), tableOf(type), target, 0);
  } catch (error) {
    if (error instanceof TimeError) throw new ProtobufError(error.message);
    throw error;
  }
  return target;
}

interface MessageField {
  readonly name: string;
  readonly type: Type;
  /** Set where its zero stands for nothing. */
  readonly isPlain?: boolean;
}

/** What the numbers of a message mean. */
interface MessageTable {
  readonly fields: ReadonlyMap<number, MessageField>;
  /** Messages whose fields belong to the same JSON object. */
  readonly embedded: ReadonlyMap<number, MessageTable>;
}

const depthMax = 100;
const tables = new WeakMap<ObjectType, MessageTable>();

function tableOf(type: ObjectType): MessageTable {
  let table = tables.get(type);
  if (table === undefined) {
    table = makeTable(type);
    tables.set(type, table);
  }
  return table;
}

function makeTable(type: ObjectType): MessageTable {
  const entries = Object.entries(type.fields).filter(([, field]) => field.proto > 0);
  return tableAt(entries, 0);
}

/** The table of fields that stand in the same embedded message, `depth` messages deep, or in one inside of it. */
function tableAt(entries: readonly (readonly [string, Field])[], depth: number): MessageTable {
  const containerOf = ({ options }: Field): number | undefined => options.embedded?.[depth];
  const own = entries.filter(([, field]) => containerOf(field) === undefined);
  const containers = new Set(entries.flatMap(([, field]) => containerOf(field) ?? []));
  const inside = (number: number) => entries.filter(([, field]) => containerOf(field) === number);
  return {
    fields: new Map(
      own.map(([name, { proto, type, options }]) => [proto, { name, type, isPlain: options.plain === true }]),
    ),
    embedded: new Map([...containers].map((number) => [number, tableAt(inside(number), depth + 1)])),
  };
}

function readMessage(reader: ProtobufReader, table: MessageTable, target: Values, depth: number): void {
  if (depth > depthMax) throw new ProtobufError(`proto: nested deeper than ${depthMax} messages`);
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    const field = table.fields.get(number);
    const embedded = table.embedded.get(number);
    if (field !== undefined) readField(field, reader, wireType, target, depth);
    else if (embedded !== undefined && wireType === 2) readMessage(reader.nested(), embedded, target, depth + 1);
    else reader.skip(wireType);
  }
}

function readField(field: MessageField, reader: ProtobufReader, wireType: number, target: Values, depth: number): void {
  const { name, type } = field;
  if (type.is === 'list') {
    target[name] ??= [];
    const items = target[name] as unknown[];
    if (isPacked(type.item, wireType)) {
      for (const packed = reader.nested(); !packed.isDone; ) items.push(readValue(type.item, packed, undefined, depth));
      return;
    }
    expectWireType(type.item, wireType, name);
    items.push(readValue(type.item, reader, undefined, depth));
  } else if (type.is === 'map') {
    expectWireType(type, wireType, name);
    target[name] ??= {};
    readEntry(type.value, reader.nested(), target[name] as Values, depth);
  } else {
    expectWireType(type, wireType, name);
    const value = readValue(type, reader, target[name], depth);
    if (!field.isPlain || value !== 0) target[name] = value;
  }
}

/** Numbers in a list may come one by one or all in one piece. */
function isPacked(item: Type, wireType: number): boolean {
  return wireType === 2 && expectedWireType(item) !== 2;
}

function expectedWireType(type: Type): number {
  switch (type.is) {
    case 'object':
    case 'list':
    case 'map':
    case 'choice':
      return 2;
    default:
      return wireTypeOf(type);
  }
}

function expectWireType(type: Type, wireType: number, name: string): void {
  if (expectedWireType(type) !== wireType) {
    throw new ProtobufError(`proto: wrong wireType = ${wireType} for field ${name}`);
  }
}

/** A second occurrence of a message is merged into the first. */
function readValue(type: Type, reader: ProtobufReader, previous: unknown, depth: number): unknown {
  if (type.is === 'object') {
    const target = (previous ?? {}) as Values;
    readMessage(reader.nested(), tableOf(type), target, depth + 1);
    return target;
  }
  if (type.is === 'list') return readWrapped(type, reader.nested(), depth);
  if (type.is === 'choice') return readChoice(type, reader.nested(), depth);
  if (type.is === 'map') throw new ProtobufError('proto: a map inside a list or map');
  return readScalar(type, reader);
}

/** The object if it is there; the other is always written, even if it is not meant. */
function readChoice(type: ChoiceType, reader: ProtobufReader, depth: number): unknown {
  const target: Values = {};
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    const [name, value] = number === type.proto.object ? ['object', type.object] : ['other', type.other];
    if (number === type.proto.object || number === type.proto.other) {
      readField({ name: name as string, type: value as Type }, reader, wireType, target, depth + 1);
    } else reader.skip(wireType);
  }
  return target.object ?? target.other;
}

/** A list inside a map: protobuf has no such thing, so Kubernetes wraps it in a message whose field 1 is the list. */
function readWrapped(type: ListType, reader: ProtobufReader, depth: number): unknown {
  const target: Values = { items: [] };
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    if (number === 1) readField({ name: 'items', type }, reader, wireType, target, depth + 1);
    else reader.skip(wireType);
  }
  return target.items;
}

function readEntry(type: Type, reader: ProtobufReader, target: Values, depth: number): void {
  let key = '';
  let value: unknown = null;
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === 2) key = reader.string();
    else if (number === 2) {
      expectWireType(type, wireType, 'value');
      value = readValue(type, reader, undefined, depth);
    } else reader.skip(wireType);
  }
  setKey(target, key, value);
}
