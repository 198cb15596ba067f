import { type DecodeContext, entriesOf } from '#schema/decode-context.ts';
import { scalarDecoder, zeroOf } from '#schema/decode-scalar.ts';
import { ExactNumber, RepeatedKeys, setKey } from '#schema/json-source.ts';
import type { ChoiceType, Field, ListType, MapType, ObjectType, Type } from '#schema/type.ts';

/** Reads values of one type. `previous` is what an earlier occurrence of the same key gave: objects and maps merge into it.
 *  Undefined means "not set". `owner` names the object type whose field is being read, for error texts. */
export interface ValueDecoder {
  readonly decodeValue: (value: unknown, context: DecodeContext, previous: unknown, owner: string) => unknown;
  /** What is written when nothing was given and something must be, and what a null inside a list or map becomes. */
  readonly empty: (context: DecodeContext) => unknown;
}

type Values = { [key: string]: unknown };

const decoders = new WeakMap<ObjectType, ObjectDecoder>();

/** The decoder of an object type, made once. */
export function decoderOf(type: ObjectType): ValueDecoder {
  let decoder = decoders.get(type);
  if (decoder === undefined) {
    decoder = new ObjectDecoder(type);
    decoders.set(type, decoder);
  }
  return decoder;
}

function valueDecoder(type: Type): ValueDecoder {
  switch (type.is) {
    case 'object':
      return decoderOf(type);
    case 'list':
      return listDecoder(type);
    case 'map':
      return mapDecoder(type);
    case 'choice':
      return choiceDecoder(type);
    default: {
      const decodeScalar = scalarDecoder(type);
      return {
        decodeValue: (value, context, _previous, owner) =>
          value === null || value === undefined ? undefined : decodeScalar(value, context, owner),
        empty: () => zeroOf(type),
      };
    }
  }
}

interface FieldSlot {
  readonly name: string;
  readonly index: number;
  readonly field: Field;
  readonly decoder: ValueDecoder;
  readonly isUnset: (value: unknown) => boolean;
  readonly isKept: boolean;
}

class ObjectDecoder implements ValueDecoder {
  private readonly type: ObjectType;
  private readonly shortName: string;
  /** Made at the first use, as object types may refer to each other. */
  private slots: readonly FieldSlot[] | undefined;
  private readonly byName = new Map<string, FieldSlot>();

  constructor(type: ObjectType) {
    this.type = type;
    this.shortName = type.name.slice(type.name.lastIndexOf('.') + 1);
  }

  decodeValue = (value: unknown, context: DecodeContext, previous: unknown, owner: string): unknown => {
    if (value === null || value === undefined) return undefined;
    if (this.type.custom !== undefined) return this.readCustom(value, context, owner);
    const slots = this.prepared();
    const found = new Array<unknown>(slots.length);
    if (previous !== undefined) for (const slot of slots) found[slot.index] = (previous as Values)[slot.name];
    if (value instanceof RepeatedKeys) this.readRepeated(value.entries, found, context);
    else if (typeof value !== 'object' || Array.isArray(value) || value instanceof ExactNumber) {
      return context.mismatched(value, this.type, owner);
    } else for (const key in value) this.readField(key, (value as Values)[key], found, context);
    return this.assemble(slots, found, context);
  };

  empty = (context: DecodeContext): unknown =>
    this.type.custom === undefined ? this.assemble(this.prepared(), [], context) : this.type.custom.read([], context);

  private readCustom(value: unknown, context: DecodeContext, owner: string): unknown {
    const entries = entriesOf(value);
    return entries === undefined
      ? context.mismatched(value, this.type, owner)
      : this.type.custom?.read(entries, context);
  }

  private prepared(): readonly FieldSlot[] {
    this.slots ??= Object.entries(this.type.fields).map(([name, field], index) => fieldSlot(name, field, index));
    if (this.byName.size === 0) for (const slot of this.slots) this.byName.set(slot.name, slot);
    return this.slots;
  }

  private readField(key: string, value: unknown, found: unknown[], context: DecodeContext): void {
    const slot = this.byName.get(key);
    if (slot === undefined) {
      if (value !== undefined) context.report('unknown', key);
      return;
    }
    context.path.push(key);
    const before = found[slot.index];
    found[slot.index] = slot.decoder.decodeValue(value, context, before, this.shortName) ?? before;
    context.path.pop();
  }

  private readRepeated(
    entries: readonly (readonly [string, unknown])[],
    found: unknown[],
    context: DecodeContext,
  ): void {
    const seen = new Set<string>();
    for (const [key, value] of entries) {
      if (seen.has(key) && this.byName.has(key)) context.report('duplicate', key);
      seen.add(key);
      this.readField(key, value, found, context);
    }
  }

  private assemble(slots: readonly FieldSlot[], found: readonly unknown[], context: DecodeContext): Values {
    const object: Values = {};
    for (const slot of slots) {
      let value = found[slot.index];
      if (value !== undefined && slot.isUnset(value)) value = undefined;
      if (value === undefined && slot.field.options.default !== undefined && context.applyDefaults) {
        value = slot.field.options.default;
      }
      if (value === undefined && slot.isKept) value = slot.decoder.empty(context);
      if (value !== undefined) object[slot.name] = value;
    }
    return object;
  }
}

function fieldSlot(name: string, field: Field, index: number): FieldSlot {
  const isWritten = field.presence === 'required' || field.presence === 'always';
  const isKept = isWritten && field.options.nullable !== true;
  return { name, index, field, decoder: valueDecoder(field.type), isUnset: unsetTest(field), isKept };
}

/** Which given values count as not given (see `Presence`). */
function unsetTest(field: Field): (value: unknown) => boolean {
  if (field.presence === 'required' || field.presence === 'always') return () => false;
  const { is } = field.type;
  if (is === 'list') return (value) => (value as readonly unknown[]).length === 0;
  if (is === 'map') return isEmptyMap;
  if (field.presence === 'nonzero' || is === 'bytes') return (value) => value === '' || value === 0 || value === false;
  return () => false;
}

function isEmptyMap(value: unknown): boolean {
  for (const _key in value as object) return false;
  return true;
}

function choiceDecoder(type: ChoiceType): ValueDecoder {
  const object = decoderOf(type.object);
  const other = valueDecoder(type.other);
  return {
    empty: () => undefined,
    decodeValue: (value, context, previous, owner) =>
      (entriesOf(value) === undefined ? other : object).decodeValue(value, context, previous, owner),
  };
}

function listDecoder(type: ListType): ValueDecoder {
  const item = valueDecoder(type.item);
  return {
    empty: () => [],
    decodeValue: (value, context, _previous, owner) => {
      if (value === null || value === undefined) return undefined;
      if (!Array.isArray(value)) return context.mismatched(value, type, owner);
      const items = new Array<unknown>(value.length);
      for (let index = 0; index < value.length; index += 1) {
        context.path.push(index);
        items[index] = item.decodeValue(value[index], context, undefined, owner) ?? item.empty(context);
        context.path.pop();
      }
      return items;
    },
  };
}

function mapDecoder(type: MapType): ValueDecoder {
  const item = valueDecoder(type.value);
  const readEntry = (map: Values, key: string, value: unknown, context: DecodeContext, owner: string): void => {
    context.path.push({ key });
    setKey(map, key, item.decodeValue(value, context, undefined, owner) ?? item.empty(context));
    context.path.pop();
  };
  return {
    empty: () => ({}),
    decodeValue: (value, context, previous, owner) => {
      if (value === null || value === undefined) return undefined;
      const entries = entriesOf(value);
      if (entries === undefined) return context.mismatched(value, type, owner);
      const map: Values = { ...(previous as Values | undefined) };
      const seen = value instanceof RepeatedKeys ? new Set<string>() : undefined;
      for (const [key, entry] of entries) {
        if (entry === undefined) continue;
        if (seen?.has(key)) context.report('duplicate', key);
        seen?.add(key);
        readEntry(map, key, entry, context, owner);
      }
      return map;
    },
  };
}
