import type { ObjectType } from '#schema/type.ts';
import { type Body, damagedJson, damagedYaml } from './bodies.ts';
import type { Dice } from './dice.ts';
import { isRecord, mutated, shaken } from './mutate.ts';
import { oddText, oddValue } from './odd-values.ts';

/** A patch of `object`, of one of the four types, whole or broken. */
export function patchBody(dice: Dice, object: object, schema: ObjectType): Body {
  return dice.weighted<() => Body>([
    [4, () => json(dice, 'application/json-patch+json', jsonPatch(dice, object, schema))],
    [4, () => json(dice, 'application/merge-patch+json', part(dice, mutated(dice, schema, object)))],
    [6, () => json(dice, 'application/strategic-merge-patch+json', strategicPatch(dice, object, schema))],
    [6, () => applyPatch(dice, object, schema)],
  ])();
}

function json(dice: Dice, contentType: string, value: unknown): Body {
  const types = ['application/json-patch+json', 'application/merge-patch+json', 'application/json', 'text/plain'];
  const sent = dice.chance(0.03) ? dice.pick(types) : contentType;
  return { contentType: sent, bytes: Buffer.from(damagedJson(dice, value)) };
}

/** Odd values may be nested deeper than we can follow. */
const depthMax = 100;

/** Some of the fields, as a person who patches would send them. */
function part(dice: Dice, value: unknown, depth = 0): unknown {
  if (!isRecord(value) || depth > depthMax) return value;
  const keys = Object.keys(value).filter(() => dice.chance(0.5));
  return Object.fromEntries(
    keys.map((key) => [key, dice.chance(0.5) ? part(dice, value[key], depth + 1) : value[key]]),
  );
}

function jsonPatch(dice: Dice, object: object, schema: ObjectType): unknown {
  const operation = (): unknown => ({
    op: dice.weighted([
      [4, 'add'],
      [4, 'replace'],
      [3, 'remove'],
      [2, 'copy'],
      [2, 'move'],
      [2, 'test'],
      [1, oddText(dice)],
    ]),
    path: pointer(dice, object),
    ...(dice.chance(0.8) ? { value: dice.chance(0.5) ? valueAt(mutated(dice, schema, object)) : oddValue(dice) } : {}),
    ...(dice.chance(0.4) ? { from: pointer(dice, object) } : {}),
  });
  const valueAt = (value: unknown): unknown => {
    for (let left = dice.int(5); left > 0 && isRecord(value) && Object.keys(value).length > 0; left--) {
      value = (value as { readonly [key: string]: unknown })[dice.pick(Object.keys(value))];
    }
    return value ?? null;
  };
  if (dice.chance(0.03)) return doubling(dice);
  if (dice.chance(0.02)) return Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/kind', value: 'x' }));
  const operations = [operation(), ...dice.times(4, operation)];
  return dice.chance(0.05) ? shaken(dice, operations) : operations;
}

/** Each copy doubles what is there. */
function doubling(dice: Dice): unknown {
  const target = dice.pick(['/metadata/annotations', '/data', '/spec']);
  return Array.from({ length: dice.pick([10, 40]) }, (_, i) => ({ op: 'copy', from: target, path: `${target}/x${i}` }));
}

function pointer(dice: Dice, object: object): string {
  let path = '';
  let value: unknown = object;
  while (dice.chance(0.85)) {
    if (Array.isArray(value)) {
      const index = dice.pick(['0', '-', '-1', '1', '01', '1e0', '99999999999', `${dice.int(value.length + 1)}`]);
      path += `/${index}`;
      value = value[Number(index)];
    } else if (isRecord(value) && Object.keys(value).length > 0) {
      const key = dice.chance(0.9)
        ? dice.pick(Object.keys(value))
        : dice.pick(['__proto__', 'constructor', '', 'a~1b']);
      path += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      value = value[key];
    } else break;
  }
  if (dice.chance(0.05)) path += dice.pick(['/', '//', '~', '/~2', '/\0', '/a/b/c/d']);
  return dice.chance(0.03) ? path.slice(1) : path;
}

function strategicPatch(dice: Dice, object: object, schema: ObjectType): unknown {
  return withDirectives(dice, part(dice, mutated(dice, schema, object)));
}

function withDirectives(dice: Dice, value: unknown, depth = 0): unknown {
  if (depth > depthMax) return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => withDirectives(dice, item, depth + 1));
    if (dice.chance(0.15)) items.push(dice.pick<unknown>([{ $patch: 'replace' }, { $patch: 'delete', name: 'main' }]));
    if (dice.chance(0.05)) items.push({ $patch: dice.pick(['merge', 'bogus', '']) }, oddValue(dice));
    return items;
  }
  if (!isRecord(value)) return value;
  const changed: { [key: string]: unknown } = {};
  for (const [key, inner] of Object.entries(value)) {
    changed[key] = dice.chance(0.04) ? null : withDirectives(dice, inner, depth + 1);
    if (!Array.isArray(inner) || !dice.chance(0.2)) continue;
    const order = inner.map((item: unknown) => (isRecord(item) ? { name: item.name } : item));
    changed[`$setElementOrder/${key}`] = dice.chance(0.7) ? order : oddValue(dice);
    if (dice.chance(0.3)) changed[`$deleteFromPrimitiveList/${key}`] = dice.chance(0.6) ? ['a'] : oddValue(dice);
  }
  if (dice.chance(0.04)) changed.$patch = dice.chance(0.8) ? dice.pick(['replace', 'delete', 'merge']) : oddValue(dice);
  if (dice.chance(0.04)) changed.$retainKeys = dice.chance(0.6) ? Object.keys(value) : oddValue(dice);
  if (dice.chance(0.02)) changed[`$${oddText(dice)}`] = oddValue(dice);
  return changed;
}

function applyPatch(dice: Dice, object: object, schema: ObjectType): Body {
  const { metadata, status: _status, ...rest } = object as { metadata?: unknown; status?: unknown };
  const named = isRecord(metadata) ? { name: metadata.name, labels: metadata.labels } : {};
  const base = dice.chance(0.8) ? { ...rest, metadata: named } : object;
  const value = dice.chance(0.3) ? base : mutated(dice, schema, base);
  const odd = dice.chance(0.05) ? { ...value, metadata: { ...named, managedFields: managedFields(dice) } } : value;
  const bytes = Buffer.from(dice.chance(0.5) ? damagedJson(dice, odd) : damagedYaml(dice, odd));
  return { contentType: 'application/apply-patch+yaml', bytes };
}

/** Entries as the server writes them, and as nobody should. */
export function managedFields(dice: Dice): unknown {
  const set = (): unknown =>
    dice.pick<unknown>([
      { 'f:data': { 'f:a': {}, '.': {} } },
      { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"main"}': { 'f:image': {} } } } } } },
      { 'f:metadata': { 'f:finalizers': { 'v:"example.com/f"': {} } } },
      { 'k:{"name":': {} },
      { 'v:{': {} },
      { 'i:-1': {} },
      { 'i:x': {} },
      { 'x:y': {} },
      { 'f:a': [] },
      { 'f:a': 1 },
      { f: {} },
      { 'f:': {} },
      { '.': { 'f:a': {} } },
      'text',
      null,
      [],
      oddValue(dice),
    ]);
  return dice.pick<unknown>([
    [],
    [{}],
    null,
    oddValue(dice),
    dice.times(12, () => ({
      manager: dice.chance(0.8) ? dice.pick(['m1', 'm2', 'kubectl']) : oddText(dice),
      operation: dice.chance(0.9) ? dice.pick(['Apply', 'Update']) : oddText(dice),
      apiVersion: dice.pick(['v1', 'batch/v1', 'apps/v1', 'nope/v9', '']),
      fieldsType: dice.chance(0.9) ? 'FieldsV1' : 'FieldsV2',
      time: dice.pick(['2026-01-01T00:00:00Z', null]),
      fieldsV1: set(),
    })),
  ]);
}
