import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  always,
  boolean,
  bytes,
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
  raw,
  required,
  string,
  time,
} from '#schema/build.ts';
import { decode, strictDecodingText } from '#schema/decode.ts';
import { readJson } from '#schema/json-text.ts';

const Port = object('io.example.v1.Port', '', {
  number: required(1, int32),
  protocol: nonzero(2, string, '', { default: 'TCP' }),
  target: optional(3, intOrString),
});
const Spec = object('io.example.v1.Spec', '', {
  replicas: optional(1, int32),
  paused: nonzero(2, boolean),
  ports: optional(3, list(Port)),
  args: optional(4, list(string)),
  limits: optional(5, map(quantity)),
  big: optional(6, int64),
  nested: optional(7, object('io.example.v1.Nested', '', {})),
});
const Thing = object('io.example.v1.Thing', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  labels: optional(1, map(string)),
  spec: required(2, Spec),
  seen: always(3, time),
  exact: optional(4, microTime),
  secret: optional(5, map(bytes)),
  extra: optional(6, raw),
});

const read = (text: string) => decode(Thing, readJson(text));
const texts = (text: string) => read(text).problems.map((problem) => problem.text);

test('fields come out in the order of the schema, and those that must be written are there', () => {
  const { value } = read('{"spec":{"args":["a"],"replicas":0},"kind":"Thing"}');
  assert.equal(
    JSON.stringify(value),
    '{"kind":"Thing","apiVersion":"","spec":{"replicas":0,"args":["a"]},"seen":null}',
  );
});

test('what is empty counts as not given, where the type says so', () => {
  const { value } = read('{"labels":{},"spec":{"paused":false,"ports":[],"limits":null,"nested":{}}}');
  assert.deepEqual(value, { kind: '', apiVersion: '', spec: { nested: {} }, seen: null });
});

test('nulls in lists and maps of texts become empty texts', () => {
  const { value } = read('{"labels":{"a":null},"spec":{"args":[null]}}');
  assert.deepEqual(value.labels, { a: '' });
  assert.deepEqual(value.spec.args, ['']);
});

test('defaults of the schema are filled in, unless that is declined', () => {
  const source = { spec: { ports: [{ number: 1 }] } };
  assert.deepEqual(decode(Thing, source).value.spec.ports, [{ number: 1, protocol: 'TCP' }]);
  assert.deepEqual(decode(Thing, source, { defaults: false }).value.spec.ports, [{ number: 1 }]);
});

test('unknown and repeated fields are reported in the order of the text', () => {
  assert.deepEqual(
    texts(
      '{"spec":{"ports":[{"number":1,"nam":1,"nam":2}],"Replicas":1},"labels":{"a":"1","a":"2"},"labels":{},"x":1}',
    ),
    [
      'unknown field "spec.ports[0].nam"',
      'unknown field "spec.Replicas"',
      'duplicate field "labels.a"',
      'duplicate field "labels"',
      'unknown field "x"',
    ],
  );
});

test('a repeated object is merged into the first, as upstream does', () => {
  const { value } = read('{"labels":{"a":"1"},"spec":{"replicas":1},"labels":{"b":"2"},"spec":{"args":["x"]}}');
  assert.deepEqual(value.labels, { a: '1', b: '2' });
  assert.deepEqual(value.spec, { replicas: 1, args: ['x'] });
});

test('no more than a hundred problems are told', () => {
  const unknown = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x${index}`, 1]));
  assert.equal(decode(Thing, unknown).problems.length, 100);
});

test('values of the wrong type are refused in the words of Go', () => {
  const refusals: readonly (readonly [text: string, message: string])[] = [
    ['[]', 'json: cannot unmarshal array into Go value of type v1.Thing'],
    [
      '{"spec":{"replicas":"3"}}',
      'json: cannot unmarshal string into Go struct field Spec.spec.replicas of type int32',
    ],
    [
      '{"spec":{"replicas":3000000000}}',
      'json: cannot unmarshal number 3000000000 into Go struct field Spec.spec.replicas of type int32',
    ],
    [
      '{"spec":{"replicas":1.0}}',
      'json: cannot unmarshal number 1.0 into Go struct field Spec.spec.replicas of type int32',
    ],
    [
      '{"spec":{"big":9007199254740993}}',
      'json: cannot unmarshal number 9007199254740993 into Go struct field Spec.spec.big of type int64',
    ],
    ['{"labels":{"a":1}}', 'json: cannot unmarshal number into Go struct field Thing.labels of type string'],
    ['{"labels":[]}', 'json: cannot unmarshal array into Go struct field Thing.labels of type map[string]string'],
    ['{"spec":{"ports":{}}}', 'json: cannot unmarshal object into Go struct field Spec.spec.ports of type []v1.Port'],
    ['{"spec":{"ports":[1]}}', 'json: cannot unmarshal number into Go struct field Spec.spec.ports of type v1.Port'],
    [
      '{"spec":{"ports":[{"number":true}]}}',
      'json: cannot unmarshal bool into Go struct field Port.spec.ports.number of type int32',
    ],
    ['{"secret":{"a":"Zm9v!"}}', 'illegal base64 data at input byte 4'],
    [
      '{"spec":{"limits":{"cpu":"1 litre"}}}',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ];
  for (const [text, message] of refusals) assert.throws(() => read(text), { name: 'DecodeError', message }, text);
});

test('a parser error in a value outweighs an earlier wrong type', () => {
  assert.throws(() => read('{"spec":{"replicas":"x"},"seen":"yesterday"}'), { message: /^parsing time "yesterday"/ });
});

test('quantities are canonical, also when given as numbers', () => {
  const { value } = read('{"spec":{"limits":{"a":"1000m","b":1.50,"c":10," d":" 1 ","e":1e3}}}');
  assert.deepEqual(value.spec.limits, { a: '1', b: '1500m', c: '10', ' d': '1', e: '1e3' });
});

test('a literal is read like a text, and not shared', () => {
  const extra = { a: [{ b: 1 }], gone: undefined };
  const { value, problems } = decode(Thing, {
    spec: { replicas: undefined, ports: [{ number: 80, target: 'web' }] },
    extra,
  });
  assert.deepEqual(value.spec, { ports: [{ number: 80, protocol: 'TCP', target: 'web' }] });
  assert.deepEqual(value.extra, { a: [{ b: 1 }] });
  assert.notEqual(value.extra, extra);
  assert.deepEqual(problems, []);
});

test('a key named __proto__ is data', () => {
  const { value } = read('{"labels":{"__proto__":"x"}}');
  assert.deepEqual(Object.entries(value.labels ?? {}), [['__proto__', 'x']]);
  assert.deepEqual(texts('{"__proto__":{}}'), ['unknown field "__proto__"']);
});

test('strict readers are told everything in one sentence, YAML first', () => {
  const unknown = { is: 'unknown', path: 'a', text: 'unknown field "a"' } as const;
  const yaml = {
    is: 'yaml',
    path: 'line 2: key "b" already set in map',
    text: 'line 2: key "b" already set in map',
  } as const;
  assert.equal(strictDecodingText([unknown]), 'strict decoding error: unknown field "a"');
  assert.equal(
    strictDecodingText([unknown, yaml]),
    'strict decoding error: yaml: unmarshal errors:\n  line 2: key "b" already set in map, unknown field "a"',
  );
});
