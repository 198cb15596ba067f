import type { MapType, ObjectType, ScalarKind, Type } from '#schema/type.ts';
import type { Dice } from './dice.ts';
import { longText, oddNumber, oddText, oddValue } from './odd-values.ts';

type Values = { readonly [key: string]: unknown };

/** `object` with one to three of its values, or of those its schema knows, made wrong, huge, odd or absent. */
export function mutated(dice: Dice, type: ObjectType, object: object): object {
  let value: unknown = object;
  for (let left = 1 + dice.int(3); left > 0; left--) value = change(dice, type, value, 0);
  return typeof value === 'object' && value !== null ? value : object;
}

/** As `mutated`, for a value without a schema. */
export function shaken(dice: Dice, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && dice.chance(0.8)) {
    const at = dice.int(value.length);
    if (dice.chance(0.2)) return dice.pick([value.toSpliced(at, 1), [...value, value[at]], value.toReversed()]);
    return value.with(at, shaken(dice, value[at]));
  }
  if (isRecord(value) && Object.keys(value).length > 0 && dice.chance(0.85)) {
    const key = dice.pick(Object.keys(value));
    if (dice.chance(0.1)) return without(value, key);
    if (dice.chance(0.1)) return { ...value, [oddText(dice)]: value[key] };
    return { ...value, [key]: shaken(dice, value[key]) };
  }
  return oddValue(dice);
}

function change(dice: Dice, type: Type, value: unknown, depth: number): unknown {
  if (depth > 0 && dice.chance(0.12)) return wrong(dice, type, value);
  switch (type.is) {
    case 'object':
      return isRecord(value) ? changeObject(dice, type, value, depth) : value;
    case 'list':
      return Array.isArray(value) ? changeList(dice, type.item, value, depth) : made(dice, type, 2);
    case 'map':
      return isRecord(value) ? changeMap(dice, type, value, depth) : made(dice, type, 2);
    default:
      return wrong(dice, type, value);
  }
}

function changeObject(dice: Dice, type: ObjectType, value: Values, depth: number): unknown {
  const present = Object.keys(type.fields).filter((name) => value[name] !== undefined);
  const name = dice.pick(present.length > 0 && dice.chance(0.65) ? present : Object.keys(type.fields));
  const field = type.fields[name];
  if (field === undefined || dice.chance(0.03)) return { ...value, [oddText(dice)]: oddValue(dice) };
  if (dice.chance(0.06)) return without(value, name);
  const { values } = field.options;
  if (values !== undefined && dice.chance(0.5)) return { ...value, [name]: dice.pick(values) };
  if (value[name] === undefined) return { ...value, [name]: made(dice, field.type, 3) };
  return { ...value, [name]: change(dice, field.type, value[name], depth + 1) };
}

function changeList(dice: Dice, item: Type, list: readonly unknown[], depth: number): unknown {
  const at = dice.int(list.length + 1);
  if (at === list.length) return [...list, made(dice, item, 2)];
  return dice.weighted<() => unknown>([
    [5, () => list.with(at, change(dice, item, list[at], depth + 1))],
    [1, () => [...list, list[at]]],
    [1, () => list.toSpliced(at, 1)],
    [1, () => list.toReversed()],
  ])();
}

function changeMap(dice: Dice, type: MapType, map: Values, depth: number): unknown {
  const keys = Object.keys(map);
  if (keys.length === 0 || dice.chance(0.4)) return { ...map, [oddText(dice)]: made(dice, type.value, 1) };
  const key = dice.pick(keys);
  return dice.chance(0.3) ? without(map, key) : { ...map, [key]: change(dice, type.value, map[key], depth + 1) };
}

/** Something that should not stand where a value of the type belongs, or is only just allowed to. */
function wrong(dice: Dice, type: Type, value: unknown): unknown {
  return dice.weighted<() => unknown>([
    [4, () => made(dice, type, 2)],
    [3, () => oddValue(dice)],
    [1, () => null],
    [1, () => [value]],
    [1, () => ({ ...(isRecord(value) ? value : {}), x: value })],
    [1, () => (typeof value === 'string' ? value + longText(dice) : String(value))],
  ])();
}

/** A value of the type, mostly with what makes sense in it. */
export function made(dice: Dice, type: Type, depth: number): unknown {
  if (type.is === 'list') return dice.times(depth > 0 ? 2 : 0, () => made(dice, type.item, depth - 1));
  if (type.is === 'map') {
    const key = (): string => (dice.chance(0.15) ? oddText(dice) : dice.pick(plainTexts));
    return Object.fromEntries(dice.times(2, () => [key(), made(dice, type.value, depth - 1)]));
  }
  if (type.is === 'choice') return made(dice, dice.chance(0.5) ? type.object : type.other, depth);
  if (type.is !== 'object') return leaf(dice, type.is);
  const entries = Object.entries(type.fields);
  const chosen = entries.filter(([, { presence }]) => {
    if (presence === 'required') return depth > -3 && dice.chance(0.9);
    return depth > 0 && dice.chance(4 / entries.length);
  });
  return Object.fromEntries(
    chosen.map(([name, { type: inner, options }]) => [
      name,
      options.values !== undefined && dice.chance(0.8) ? dice.pick(options.values) : made(dice, inner, depth - 1),
    ]),
  );
}

const plainTexts = ['a', 'main', 'x', 'fuzz-0', 'fuzz-1', 'default', 'node-0', 'example.com/x', 'tmp', '/tmp', '1Gi'];

function leaf(dice: Dice, is: ScalarKind): unknown {
  if (dice.chance(0.15)) return oddValue(dice);
  switch (is) {
    case 'boolean':
      return dice.chance(0.5);
    case 'int32':
    case 'int64':
      return dice.chance(0.5) ? dice.int(100) : oddNumber(dice);
    case 'double':
      return oddNumber(dice);
    case 'bytes':
      return dice.chance(0.7) ? Buffer.from(oddText(dice)).toString('base64') : oddText(dice);
    case 'quantity':
      return dice.pick(['1', '100m', '1Gi', '0', '1.5', '-1', '1e3', '0.0001', 5, '9999999999999999999']);
    case 'intOrString':
      return dice.pick([0, 1, -1, 80, '50%', '100%', 'http', '', 70000]);
    case 'time':
      return dice.pick(['2026-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '2026-01-01T00:00:00+02:00', oddText(dice)]);
    case 'microTime':
      return dice.pick(['2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00Z', oddText(dice)]);
    case 'raw':
      return dice.pick([{}, { a: 1 }, { 'f:data': { 'f:a': {} } }, oddValue(dice)]);
    default:
      return dice.chance(0.6) ? dice.pick(plainTexts) : oddText(dice);
  }
}

function without(value: Values, key: string): Values {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

export function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
