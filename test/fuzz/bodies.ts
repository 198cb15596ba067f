import { stringify as yamlText } from 'yaml';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { decode } from '#schema/decode.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { sealProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import type { ObjectType } from '#schema/type.ts';
import type { Dice } from './dice.ts';
import { isRecord } from './mutate.ts';
import { oddText } from './odd-values.ts';

export interface Body {
  readonly contentType: string | undefined;
  readonly bytes: Buffer | undefined;
}

const typesOfBodies: readonly (string | undefined)[] = [
  undefined,
  '',
  'application/json',
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'application/json;;=',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/cbor',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  'application/json-patch+json',
  'application/apply-patch+yaml',
  'a',
  '/',
  ';'.repeat(5000),
];

/** `object` in one of the encodings, sometimes damaged on the way, sometimes under a wrong name. */
export function encodedBody(dice: Dice, object: object, schema: ObjectType, resource: ResourceDefinition): Body {
  const body = dice.weighted<() => Body>([
    [10, () => ({ contentType: 'application/json', bytes: Buffer.from(damagedJson(dice, object)) })],
    [4, () => ({ contentType: 'application/yaml', bytes: Buffer.from(damagedYaml(dice, object)) })],
    [4, () => protobufBody(dice, object, schema, resource)],
  ])();
  return dice.chance(0.03) ? { ...body, contentType: dice.pick(typesOfBodies) } : body;
}

/** JSON text, in one case of five no longer what it was. */
export function damagedJson(dice: Dice, value: unknown): string {
  const text = JSON.stringify(value);
  if (dice.chance(0.8)) return text;
  const at = dice.int(text.length + 1);
  return dice.weighted<() => string>([
    [4, () => text.slice(0, at)],
    [3, () => text.slice(0, at) + dice.pick(splices) + text.slice(at)],
    [2, () => text.replace(/"(\w+)":/, (all, key: string) => `${all}1,${all.replace(key, key)}`)],
    [2, () => text.replaceAll(/\b\d+\b/g, () => dice.pick(['1e400', '-0', '1.0', '01', '1E2', '9'.repeat(400)]))],
    [1, () => `\ufeff${text}`],
    [1, () => `${text}${text}`],
    [1, () => `${'['.repeat(dice.pick([900, 11_000, 200_000]))}${text}`],
    [1, () => `${'{"a":'.repeat(dice.pick([900, 9_000, 11_000]))}1${'}'.repeat(9_000)}`],
    [1, () => text.replace('{', `{"${oddText(dice).replaceAll(/["\\\s]/g, '')}":null,`)],
    [1, () => text.replace('{', '{"__proto__":{"polluted":true},')],
    [1, () => dice.pick(['', ' ', 'null', '[]', '""', '1', 'true', '{}', '[{}]', '\0', '{"a"}', 'nul'])],
    [1, () => `{"kind":"X","apiVersion":"v1","pad":"${'a'.repeat(dice.pick([100_000, 3_200_000]))}"}`],
  ])();
}

const splices = [
  ',',
  ':',
  '"',
  '{',
  '}',
  '[',
  ']',
  '\\',
  '\\u12',
  '\\ud800',
  '\0',
  '\t',
  'null',
  '1',
  "'",
  '/**/',
  'é',
];

/** YAML that says the same as `value`, or that does what YAML should never have allowed. */
export function damagedYaml(dice: Dice, value: unknown): string {
  return dice.weighted<() => string>([
    [6, () => stringify(value, { aliasDuplicateObjects: dice.chance(0.5) })],
    [2, () => JSON.stringify(value)],
    [1, () => damagedJson(dice, value)],
    [1, () => yamlWithExtras(dice, value)],
    [1, () => yamlBomb(dice)],
    [1, () => cut(dice, stringify(value))],
  ])();
}

function yamlWithExtras(dice: Dice, value: unknown): string {
  const text = stringify(value);
  const lines = text.split('\n');
  const at = dice.int(lines.length);
  const line = dice.pick([
    '  bad: indent',
    '\ttab: 1',
    'metadata: {name: again}',
    '<<: {kind: Other}',
    '<<: [1, 2]',
    '<<: *nowhere',
    '? [complex, key]\n: 1',
    '? {a: b}\n: 1',
    'a: !!binary "not base64"',
    'a: !!float abc',
    'a: !!js/function x',
    'a: !<tag:yaml.org,2002:python/object/apply:os.system> [ls]',
    'a: &a [*a]',
    'a: &a {b: *a}',
    '---\nkind: Second',
    '...',
    '%YAML 9.9',
    '%TAG ! tag:x,2000:',
    'a: |9\n  x',
    'a: "\\x',
    "a: 'unclosed",
    '@at: 1',
    '`tick: 1',
    'a: 0o17',
    'a: 1:30:00',
    'a: 2026-01-01',
    'yes: no',
    '~: null',
    '1: {}',
    'a: .inf',
    'a: .nan',
  ]);
  return lines.toSpliced(at, 0, line).join('\n');
}

/** A small text that stands for a huge one. */
function yamlBomb(dice: Dice): string {
  const levels = dice.pick([5, 9, 30]);
  const fan = dice.pick([2, 10]);
  const kind = dice.pick(['list', 'map', 'merge', 'nest', 'anchors'] as const);
  if (kind === 'nest')
    return dice.pick(['[', '{a: ', '- ', '? ', '!x ', '&a ']).repeat(dice.pick([200, 5_000, 50_000]));
  if (kind === 'anchors') return Array.from({ length: 3000 }, (_, i) => `k${i}: &a${i} [*a${i - 1}]`).join('\n');
  const lines = ['a0: &a0 {x: lol}'];
  for (let level = 1; level <= levels; level++) {
    const names = Array.from({ length: fan }, () => `*a${level - 1}`);
    if (kind === 'list') lines.push(`a${level}: &a${level} [${names.join(', ')}]`);
    else if (kind === 'merge') lines.push(`a${level}: &a${level} {<<: [${names.join(', ')}], k${level}: ${names[0]}}`);
    else lines.push(`a${level}: &a${level} {${names.map((name, i) => `k${i}: ${name}`).join(', ')}}`);
  }
  return lines.join('\n');
}

function cut(dice: Dice, text: string): string {
  return text.slice(0, dice.int(text.length + 1));
}

/** As generated clients send it; whatever does not fit the schema is left out, as it cannot be said. */
function protobufBody(dice: Dice, object: object, schema: ObjectType, resource: ResourceDefinition): Body {
  const contentType = 'application/vnd.kubernetes.protobuf';
  const raw = protobufOf(schema, object);
  const { apiVersion = 'v1', kind = resource.kind } = isRecord(object) ? object : {};
  const bytes = Buffer.from(
    sealProtobufEnvelope({ apiVersion: String(apiVersion), kind: String(kind), raw: damagedBytes(dice, raw) }),
  );
  return { contentType, bytes: Buffer.from(damagedBytes(dice, bytes)) };
}

function protobufOf(schema: ObjectType, object: object): Uint8Array {
  try {
    return encodeProtobuf(schema, decode(schema, object).value as object);
  } catch {
    return new Uint8Array();
  }
}

function damagedBytes(dice: Dice, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0 || dice.chance(0.7)) return bytes;
  const changed = Uint8Array.from(bytes);
  return dice.weighted<() => Uint8Array>([
    [3, () => changed.subarray(0, dice.int(changed.length))],
    [
      5,
      () => {
        for (let left = 1 + dice.int(4); left > 0; left--) changed[dice.int(changed.length)] = dice.int(256);
        return changed;
      },
    ],
    [1, () => Buffer.concat([changed, changed])],
    [1, () => Buffer.concat([changed, nestedMessage(dice.pick([50, 150, 20_000]))])],
    [1, () => Buffer.concat([changed, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])])],
  ])();
}

/** Field 1 inside field 1 inside field 1. */
function nestedMessage(depth: number): Buffer {
  let message = Buffer.alloc(0);
  for (let i = 0; i < Math.min(depth, 2000); i++) {
    const length = message.length;
    const size: number[] = [];
    for (let left = length; ; left >>>= 7) {
      size.push(left > 127 ? (left & 127) | 128 : left);
      if (left <= 127) break;
    }
    message = Buffer.concat([Buffer.from([0x0a, ...size]), message]);
  }
  return message;
}

/** YAML, or JSON, which is YAML too, where the library cannot nest that deep. */
function stringify(value: unknown, options: { readonly aliasDuplicateObjects?: boolean } = {}): string {
  try {
    return yamlText(value, options);
  } catch (error) {
    if (error instanceof RangeError) return JSON.stringify(value);
    throw error;
  }
}
