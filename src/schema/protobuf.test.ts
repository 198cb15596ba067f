import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  always,
  boolean,
  bytes,
  embedded,
  fieldsV1,
  int32,
  int64,
  intOrString,
  list,
  map,
  microTime,
  nonzero,
  object,
  optional,
  quantity,
  required,
  string,
  time,
  timeOrNull,
} from '#schema/build.ts';
import { decode } from '#schema/decode.ts';
import { decodeProtobuf } from '#schema/protobuf-decode.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { openProtobufEnvelope, sealProtobufEnvelope } from '#schema/protobuf-envelope.ts';

const Inner = object('io.example.v1.Inner', '', { a: nonzero(1, string), b: optional(2, int32) });
const Thing = object('io.example.v1.Thing', '', {
  name: nonzero(1, string),
  count: optional(2, int32),
  big: optional(3, int64),
  flag: nonzero(4, boolean),
  labels: optional(5, map(string)),
  numbers: optional(6, list(int32)),
  inner: optional(7, Inner),
  amount: optional(8, quantity),
  port: optional(9, intOrString),
  at: optional(10, time),
  exact: optional(11, microTime),
  data: optional(12, bytes),
  owned: optional(13, fieldsV1),
  ...embedded(14, { x: optional(1, string), y: optional(2, Inner) }),
  always: always(15, int32),
});

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const read = (text: string) => decodeProtobuf(Thing, hex(text));

test('messages as other programs write them are understood', () => {
  const vectors: readonly (readonly [text: string, value: object])[] = [
    ['', {}],
    ['0a 02 6869', { name: 'hi' }],
    ['10 ffffffffffffffffff01', { count: -1 }],
    ['18 808080808001', { big: 2 ** 35 }],
    ['20 01', { flag: true }],
    ['2a 06 0a0161 120162 2a 03 0a0163', { labels: { a: 'b', c: null } }],
    ['30 01 30 02', { numbers: [1, 2] }],
    ['32 03 01 9601', { numbers: [1, 150] }],
    ['3a 03 0a0161 3a 02 1005', { inner: { a: 'a', b: 5 } }],
    ['42 04 0a02 3169', { amount: '1i' }],
    ['4a 06 0800 1050 1a00', { port: 80 }],
    ['4a 08 0801 1000 1a02 3825', { port: '8%' }],
    ['52 00', { at: null }],
    ['52 08 08 80a0abb506 1000', { at: '2024-08-01T00:00:00Z' }],
    ['5a 0a 08 80a0abb506 10 c0843d', { exact: '2024-08-01T00:00:00.001000Z' }],
    ['62 02 0001', { data: 'AAE=' }],
    ['6a 04 0a02 7b7d', { owned: {} }],
    ['72 05 0a0161 1200', { x: 'a', y: {} }],
    ['a0 06 01 0a 01 61 a2 06 01 00', { name: 'a' }],
  ];
  for (const [text, value] of vectors) assert.deepEqual(read(text), value, text);
});

test('zeros that Go writes for what was not set count as not set', () => {
  const { value } = decode(Thing, read('0a00 2000 52 00 78 00'));
  assert.deepEqual(value, { always: 0 });
});

/** What is always there: flag and name, the embedded message, and the number. */
const zeros = (fields: { readonly [number: number]: string } = {}): string =>
  Object.values({ 1: '0a00', 4: '2000', 14: '7200', 15: '7800', ...fields }).join('');
const written = (value: object): string => Buffer.from(encodeProtobuf(Thing, value)).toString('hex');

test('an object is written field by field, lowest number first, maps sorted by the bytes of their keys', () => {
  assert.equal(written({}), zeros());
  assert.equal(written({ inner: { b: 5, a: 'a' }, name: 'hi' }), zeros({ 1: '0a026869', 7: '3a050a01611005' }));
  assert.equal(written({ labels: { c: 'd', a: 'b' } }), zeros({ 5: '2a060a0161120162' + '2a060a0163120164' }));
  const [low, high] = ['\uffee', '\u{10000}'].map((key) => Buffer.from(key).toString('hex')) as [string, string];
  const sorted = `2a080a03${low}1201312a090a04${high}120132`;
  assert.equal(written({ labels: { '\u{10000}': '2', '\uffee': '1' } }), zeros({ 5: sorted }));
  assert.equal(written({ x: 'a', port: '8%' }), zeros({ 9: '4a08080110001a023825', 14: '72030a0161' }));
  assert.equal(written({ count: -1 }), zeros({ 2: '10ffffffffffffffffff01' }));
  assert.equal(written({ big: 2 ** 53 - 1 }), zeros({ 3: '18ffffffffffffff0f' }));
  assert.equal(written({ exact: '2024-08-01T00:00:00.001000Z' }), zeros({ 11: '5a0a0880a0abb50610c0843d' }));
  assert.equal(written({ name: 'é'.repeat(2000) }).length, zeros().length + 2 * (1 + 4000));
  assert.equal(written({ name: 'é' }), zeros({ 1: '0a02c3a9' }));
});

test('plain values that are not set are written as their zeros, pointers not at all', () => {
  const Plain = object('io.example.v1.Plain', '', {
    at: optional(1, time, '', { plain: true }),
    port: optional(2, intOrString, '', { plain: true }),
    amount: always(3, quantity),
    inner: always(4, Inner),
    known: always(5, timeOrNull),
    selected: required(6, Inner, '', { nullable: true }),
    data: required(7, bytes),
    pointer: optional(8, Inner),
  });
  const hexOf = (value: object): string => Buffer.from(encodeProtobuf(Plain, value)).toString('hex');
  assert.equal(hexOf({ known: null, data: '' }), '0a00' + '1206080010001a00' + '1a030a0130' + '22020a00' + '2a00');
});

test('malformed messages are refused with a reason', () => {
  const refusals: readonly (readonly [text: string, message: string | RegExp])[] = [
    ['0a 05 61', 'unexpected EOF'],
    ['0a', 'unexpected EOF'],
    ['08 01', 'proto: wrong wireType = 0 for field name'],
    ['12 00', 'proto: wrong wireType = 2 for field count'],
    ['0a ffffffffffffffffff01', 'unexpected EOF'],
    ['10 ffffffffffffffffffffffff', 'proto: integer overflow'],
    ['00 01', 'proto: illegal tag 0 (wire type 0)'],
    ['a3 06', 'proto: illegal wireType 3'],
    ['18 ffffffffffffffff7f', 'number 9223372036854775807 is beyond 2^53 and would be rounded'],
    ['6a 03 0a01 7b', 'cannot read embedded JSON: unexpected end of JSON input'],
    ['52 0b 08 ffffffffffffff0f 1000', /^no time is/],
  ];
  for (const [text, message] of refusals) {
    assert.throws(() => read(text), { name: 'ProtobufError', message }, text);
  }
});

test('the envelope says what is inside', () => {
  const raw = hex('0a0161');
  const bytes = sealProtobufEnvelope({ apiVersion: 'batch/v1', kind: 'Job', raw });
  assert.equal(
    Buffer.from(bytes).toString('hex'),
    '6b387300' + '0a0f' + '0a0862617463682f7631' + '12034a6f62' + '12030a0161' + '1a002200',
  );
  const opened = openProtobufEnvelope(bytes);
  assert.deepEqual([opened.apiVersion, opened.kind, Buffer.from(opened.raw)], ['batch/v1', 'Job', Buffer.from(raw)]);
  assert.throws(() => openProtobufEnvelope(hex('0a0161')), { name: 'ProtobufError', message: /expected prefix/ });
});
