import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { catalog } from '#kinds/catalog.ts';
import { DeleteOptions, Status } from '#kinds/meta/schema.ts';
import { decode } from '#schema/decode.ts';
import { readJson } from '#schema/json-text.ts';
import { decodeProtobuf } from '#schema/protobuf-decode.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { ProtobufError } from '#schema/protobuf-reader.ts';
import type { Field, ObjectType, ScalarKind, Type } from '#schema/type.ts';

const seconds = fc.integer({ min: -62_000_000_000, max: 250_000_000_000 });
const text = fc.string({ unit: 'grapheme', maxLength: 8 });

const leaves: { readonly [K in ScalarKind]: fc.Arbitrary<unknown> } = {
  string: text,
  boolean: fc.boolean(),
  int32: fc.integer(),
  int64: fc.maxSafeInteger(),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  bytes: fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  quantity: fc
    .tuple(fc.integer(), fc.constantFrom('', 'm', 'k', 'Mi', 'Gi', 'e3'))
    .map(([number, suffix]) => `${number}${suffix}`),
  intOrString: fc.oneof(fc.integer(), text),
  time: seconds.map((at) => `${new Date(at * 1000).toISOString().slice(0, 19)}Z`),
  microTime: fc
    .tuple(seconds, fc.integer({ min: 0, max: 999_999 }))
    .map(([at, micros]) => `${new Date(at * 1000).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}Z`),
  // As JSON has it, which knows no -0.
  raw: fc.dictionary(
    text,
    fc.json({ maxDepth: 1 }).map((json) => JSON.parse(JSON.stringify(JSON.parse(json)))),
    {
      maxKeys: 2,
    },
  ),
};

function anyOf(type: Type, depth: number): fc.Arbitrary<unknown> {
  if (type.is === 'list') return fc.array(anyOf(type.item, depth), { maxLength: 2 });
  if (type.is === 'map') return fc.dictionary(text, anyOf(type.value, depth), { maxKeys: 2 });
  if (type.is === 'choice') return fc.oneof(anyObject(type.object, depth), anyOf(type.other, depth).filter(isSent));
  return type.is === 'object' ? anyObject(type, depth) : leaves[type.is];
}

/** Where a list may stand instead of an object, an empty one cannot be told from nothing. */
function isSent(value: unknown): boolean {
  return !Array.isArray(value) || value.length > 0;
}

/** Objects with a handful of their fields, so that deep ones come up too. */
function anyObject(type: ObjectType, depth: number): fc.Arbitrary<object> {
  const fields = Object.entries(type.fields).filter(([, field]) => depth > 0 || isShallow(field));
  return fc
    .subarray(fields, { maxLength: Math.min(6, fields.length) })
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map(([name, field]) => [name, anyOf(field.type, depth - 1)]))),
    );
}

function isShallow({ type }: Field): boolean {
  return type.is !== 'object' && type.is !== 'list' && type.is !== 'map' && type.is !== 'choice';
}

const types = [...catalog.map(({ schema }) => schema), DeleteOptions, Status];

/** Without what does not travel in protobuf messages: kinds and versions of the object and of objects in it. */
function withoutTypeMeta(type: Type, value: unknown): unknown {
  if (type.is === 'list' && Array.isArray(value)) return value.map((item) => withoutTypeMeta(type.item, item));
  if (type.is !== 'object' || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => {
    const field = type.fields[name];
    if (field === undefined) return [name, one];
    return [
      name,
      field.proto === 0 && (name === 'kind' || name === 'apiVersion') ? '' : withoutTypeMeta(field.type, one),
    ];
  });
  return Object.fromEntries(entries);
}

for (const type of types) {
  const name = type.name.slice(type.name.lastIndexOf('.') + 1);

  test(`any ${name} survives protobuf and JSON, and is canonical after one decoding`, () => {
    fc.assert(
      fc.property(anyObject(type, 5), (source) => {
        const { value, problems } = decode(type, source);
        assert.deepEqual(problems, []);
        const canonical = JSON.stringify(value);
        assert.equal(JSON.stringify(decode(type, readJson(canonical)).value), canonical);
        const travelled = decode(type, decodeProtobuf(type, encodeProtobuf(type, value))).value;
        assert.deepEqual(withoutTypeMeta(type, travelled), withoutTypeMeta(type, value));
      }),
      { numRuns: 60 },
    );
  });

  test(`bytes that are no ${name} are refused, never a crash`, () => {
    fc.assert(
      fc.property(anyObject(type, 3), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }))), (source, changes) => {
        const bytes = Uint8Array.from(encodeProtobuf(type, decode(type, source).value as object));
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        try {
          decodeProtobuf(type, bytes);
        } catch (error) {
          assert.ok(error instanceof ProtobufError, String(error));
        }
      }),
      { numRuns: 60 },
    );
  });
}
