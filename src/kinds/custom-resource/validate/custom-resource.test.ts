import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customResource } from '#kinds/custom-resource/custom-resource.ts';
import { buoyDefinition, buoys } from '#kinds/custom-resource/test-buoys.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

/** What is said of a spec with one field `x` of the schema. */
function refused(schema: JSONSchemaProps, x: unknown, more: JSONSchemaProps = {}): readonly string[] {
  const resource = buoys({ properties: { x: schema }, ...more });
  return lines(resource.rules.validate?.(decoded(resource, { spec: { x } })) ?? []);
}

function refusedChange(schema: JSONSchemaProps, old: unknown, now: unknown): readonly string[] {
  const resource = buoys({ properties: { x: schema } });
  const [before, after] = [decoded(resource, { spec: { x: old } }), decoded(resource, { spec: { x: now } })];
  return lines(resource.rules.validateUpdate?.(after, before) ?? []);
}

test('types are told in the words of upstream', () => {
  const wrong = (type: string, found: string) => [
    `spec.x: Invalid value: "${found}": spec.x in body must be of type ${type}: "${found}"`,
  ];
  assert.deepEqual(refused({ type: 'integer' }, 1.5), [
    ...wrong('integer', 'number'),
    '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec.x',
  ]);
  assert.deepEqual(refused({ type: 'number' }, 1), []);
  assert.deepEqual(refused({ type: 'string' }, true), wrong('string', 'boolean'));
  assert.deepEqual(refused({ type: 'array', items: { type: 'string' } }, {}), wrong('array', 'object'));
  assert.deepEqual(refused({ type: 'object', properties: {} }, [1]), wrong('object', 'array'));
  assert.deepEqual(refused({ 'x-kubernetes-int-or-string': true }, 1.5), wrong('integer,string', 'number'));
  assert.deepEqual(refused({ 'x-kubernetes-int-or-string': true }, '50%'), []);
  assert.deepEqual(refused({ type: 'array', items: { type: 'string' } }, ['a', null]), [
    'spec.x[1]: Invalid value: "null": spec.x[1] in body must be of type string: "null"',
  ]);
  assert.deepEqual(refused({ type: 'string', nullable: true }, null), []);
});

test('texts have lengths in characters, patterns and formats', () => {
  assert.deepEqual(refused({ type: 'string', maxLength: 2 }, '🚢🚢'), []);
  assert.deepEqual(refused({ type: 'string', maxLength: 2 }, 'abc'), [
    'spec.x: Too long: may not be more than 2 bytes',
  ]);
  assert.deepEqual(refused({ type: 'string', maxLength: 1 }, 'abc'), ['spec.x: Too long: may not be more than 1 byte']);
  assert.deepEqual(refused({ type: 'string', minLength: 2, pattern: '^b' }, 'a'), [
    'spec.x: Invalid value: "a": spec.x in body should be at least 2 chars long',
  ]);
  assert.deepEqual(refused({ type: 'string', pattern: '^[a-z]+$' }, 'A'), [
    `spec.x: Invalid value: "A": spec.x in body should match '^[a-z]+$'`,
  ]);
  assert.deepEqual(refused({ type: 'string', format: 'date-time' }, 'noon'), [
    'spec.x: Invalid value: "noon": spec.x in body must be of type date-time: "noon"',
  ]);
  assert.deepEqual(refused({ type: 'string', format: 'date-time' }, 5), [
    'spec.x: Invalid value: "int64": spec.x in body must be of type date-time: "int64"',
  ]);
});

test('numbers fit into their formats, and so do their bounds', () => {
  const outside = (what: string) => [`<nil>: Invalid value: "": ${what} in spec.x`];
  const int32 = { type: 'integer', format: 'int32' };
  assert.deepEqual(refused(int32, -(2 ** 31)), []);
  assert.deepEqual(refused(int32, 2 ** 31), outside('Checked value must be of type integer with format int32'));
  assert.deepEqual(refused({ type: 'integer', format: 'odd' }, 2 ** 40), []);
  assert.deepEqual(refused({ type: 'integer', format: 'date-time' }, 1), []);
  assert.deepEqual(refused({ type: 'integer', format: 'int64' }, 1e19), [
    'spec.x: Invalid value: "float64": spec.x in body must be of type int64: "float64"',
    ...outside('Checked value must be of type integer with format int64'),
  ]);
  assert.deepEqual(refused({ type: 'number', format: 'double' }, 1e300), []);
  assert.deepEqual(
    refused({ type: 'number', format: 'float' }, 1e39),
    outside('Checked value must be of type number with format float'),
  );
  assert.deepEqual(
    refused({ type: 'integer', minimum: 0.5 }, 2),
    outside('Minimum boundary value must be of type integer (default format)'),
  );
  assert.deepEqual(refused({ 'x-kubernetes-int-or-string': true, minimum: 1 }, 2 ** 40), []);
});

test('numbers have bounds and steps', () => {
  const schema: JSONSchemaProps = { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 2.5, multipleOf: 0.5 };
  assert.deepEqual(refused(schema, 1.5), []);
  assert.deepEqual(refused(schema, 0), ['spec.x: Invalid value: 0: spec.x in body should be greater than 0']);
  assert.deepEqual(refused(schema, 2.7), [
    'spec.x: Invalid value: 2.7: spec.x in body should be a multiple of 0.5',
    'spec.x: Invalid value: 2.7: spec.x in body should be less than or equal to 2.5',
  ]);
  assert.deepEqual(refused({ type: 'integer', maximum: 3, exclusiveMaximum: true, minimum: 1 }, 3), [
    'spec.x: Invalid value: 3: spec.x in body should be less than 3',
  ]);
});

test('lists and objects have sizes, and what must be there', () => {
  const list: JSONSchemaProps = {
    type: 'array',
    minItems: 2,
    items: { type: 'object', required: ['a'], properties: {} },
  };
  assert.deepEqual(refused(list, [{}]), [
    'spec.x[0].a: Required value',
    'spec.x: Invalid value: 1: spec.x in body should have at least 2 items',
  ]);
  const map: JSONSchemaProps = {
    type: 'object',
    minProperties: 1,
    maxProperties: 2,
    additionalProperties: { type: 'integer' },
  };
  assert.deepEqual(refused(map, {}), ['spec.x: Invalid value: 0: spec.x in body should have at least 1 properties']);
  assert.deepEqual(refused(map, { a: 1, b: 2, c: 3 }), ['spec.x: Too many: 3: must have at most 2 items']);
  assert.deepEqual(refused(map, { a: 'b' }), [
    'spec.x.a: Invalid value: "string": spec.x.a in body must be of type integer: "string"',
  ]);
});

test('a key that holds nothing is none', () => {
  const resource = buoys({ properties: {} });
  const object = { ...decoded(resource, {}), spec: undefined, status: undefined };
  assert.deepEqual(resource.rules.validate?.(object), []);
});

test('values that must be one of some are told them', () => {
  assert.deepEqual(refused({ type: 'string', enum: ['a', 'b'] }, 'c'), [
    'spec.x: Unsupported value: "c": supported values: "a", "b"',
  ]);
  assert.deepEqual(refused({ type: 'integer', enum: [1, 2] }, 3), [
    'spec.x: Unsupported value: 3: supported values: "1", "2"',
  ]);
});

test('schemas are put together', () => {
  const properties: JSONSchemaProps['properties'] = { a: { type: 'string' }, b: { type: 'string' } };
  const object = { type: 'object', properties };
  const either = { ...object, oneOf: [{ required: ['a'] }, { required: ['b'] }] };
  assert.deepEqual(refused(either, { a: 'x' }), []);
  assert.deepEqual(refused(either, {}), [
    '<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found none valid',
    'spec.x.a: Required value',
  ]);
  assert.deepEqual(refused(either, { a: 'x', b: 'y' }), [
    '<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives',
  ]);
  const some = { ...object, anyOf: [{ required: ['a'] }, { required: ['b'] }] };
  assert.deepEqual(refused(some, { b: 'y' }), []);
  assert.deepEqual(refused(some, {}), [
    '<nil>: Invalid value: "": "spec.x" must validate at least one schema (anyOf)',
    'spec.x.a: Required value',
  ]);
  const all = { type: 'integer', allOf: [{ minimum: 2 }, { maximum: 5 }] };
  assert.deepEqual(refused(all, 7), [
    'spec.x: Invalid value: 7: spec.x in body should be less than or equal to 5',
    '<nil>: Invalid value: "": "spec.x" must validate all the schemas (allOf)',
  ]);
  assert.deepEqual(refused({ type: 'integer', not: { minimum: 5 } }, 7), [
    '<nil>: Invalid value: "": "spec.x" must not validate the schema (not)',
  ]);
});

test('items of sets and map lists are there once', () => {
  const keyed: JSONSchemaProps = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['port', 'name'],
    items: {
      type: 'object',
      required: ['name', 'port'],
      properties: { name: { type: 'string' }, port: { type: 'integer' }, note: { type: 'string' } },
    },
  };
  const item = { name: 'a', port: 1 };
  assert.deepEqual(refused(keyed, [item, { ...item, port: 2 }, { ...item, note: 'x' }, item]), [
    'spec.x[2]: Duplicate value: {"name":"a","port":1}',
  ]);
  const map = { type: 'object', additionalProperties: { ...keyed } };
  assert.deepEqual(refused(map, { 'a.b': [item, item] }), ['spec.x[a.b][1]: Duplicate value: {"name":"a","port":1}']);
  const set = { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } };
  assert.deepEqual(refused(set, ['a', 'b', 'a']), ['spec.x[2]: Duplicate value: "a"']);
});

test('embedded objects say what they are', () => {
  const schema: JSONSchemaProps = {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
  };
  assert.deepEqual(refused(schema, { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' } }), []);
  assert.deepEqual(
    refused(schema, { metadata: { name: 'A b', labels: { a: '-' } } }).map((line) => line.slice(0, 58)),
    [
      'spec.x.apiVersion: Required value',
      'spec.x.kind: Required value',
      'spec.x.metadata.labels: Invalid value: "-": a valid label ',
    ],
  );
  const meta = { name: 'a/b', generateName: '%', namespace: 'A', generation: -1, finalizers: ['a b'] };
  assert.deepEqual(
    refused(schema, { apiVersion: 'a/b/c', kind: '', metadata: meta }).map((line) => line.slice(0, 62)),
    [
      'spec.x.apiVersion: Invalid value: "a/b/c": unexpected GroupVer',
      'spec.x.kind: Invalid value: "": must not be empty',
      'spec.x.metadata.generateName: Invalid value: "%": may not cont',
      `spec.x.metadata.name: Invalid value: "a/b": may not contain '/`,
      'spec.x.metadata.namespace: Invalid value: "A": a lowercase RFC',
      'spec.x.metadata.generation: Invalid value: -1: must be greater',
      'spec.x.metadata.finalizers: Invalid value: "a b": name part mu',
    ],
  );
  assert.deepEqual(
    refused(schema, { apiVersion: 'v1', kind: 'A_' }).map((line) => line.slice(0, 62)),
    ['spec.x.kind: Invalid value: "A_": may have mixed case, but sho'],
  );
  const nameless = { kind: 'Job' };
  assert.deepEqual(refusedChange(schema, nameless, nameless), ['spec.x.apiVersion: Required value']);
});

test('where lists held something twice, they may hold more', () => {
  const set: JSONSchemaProps = { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } };
  assert.deepEqual(refusedChange(set, ['a', 'a'], ['a', 'b', 'b']), []);
  const objects: JSONSchemaProps = { ...set, items: { type: 'object', additionalProperties: { type: 'integer' } } };
  assert.deepEqual(
    refused(objects, [
      { b: 1, a: 2 },
      { a: 2, b: 1 },
    ]),
    ['spec.x[1]: Duplicate value: {"a":2,"b":1}'],
  );
  assert.deepEqual(refusedChange(set, ['a'], ['a', 'b', 'b']), ['spec.x[2]: Duplicate value: "b"']);
});

test('what was wrong already may stay as it is, and no other may follow', () => {
  const schema: JSONSchemaProps = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, depth: { type: 'integer', maximum: 3 } },
    },
  };
  const [old, fine] = [
    { name: 'a', depth: 9 },
    { name: 'b', depth: 1 },
  ];
  assert.deepEqual(refusedChange(schema, [old], [fine, old]), []);
  assert.deepEqual(refusedChange(schema, [old], [{ ...old, depth: 8 }]), [
    'spec.x[0].depth: Invalid value: 8: spec.x[0].depth in body should be less than or equal to 3',
  ]);
  assert.deepEqual(refusedChange(schema, [fine, fine], [fine, fine, old]), [
    'spec.x[2].depth: Invalid value: 9: spec.x[2].depth in body should be less than or equal to 3',
  ]);
});

test('items of a map list may change places under a limit they break, those of other lists may not', () => {
  const item: JSONSchemaProps = {
    type: 'object',
    properties: { name: { type: 'string' }, depth: { type: 'integer' } },
  };
  const list: JSONSchemaProps = { type: 'array', maxItems: 1, items: item };
  const map: JSONSchemaProps = { ...list, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] };
  const [a, b] = [{ name: 'a', depth: 1 }, { name: 'b' }];
  const tooMany = ['spec.x: Too many: 2: must have at most 1 item'];
  assert.deepEqual(refusedChange(map, [a, b], [b, a]), []);
  assert.deepEqual(refusedChange(map, [a, b], [b, { ...a, depth: 2 }]), tooMany);
  assert.deepEqual(refusedChange(map, [a, b], [b, { name: 'c' }]), tooMany);
  assert.deepEqual(refusedChange(list, [a, b], [b, a]), tooMany);
  assert.deepEqual(refusedChange(list, [a, b], [a, b]), []);
});

test('what holds fields that its schema does not know is judged anew each time', () => {
  const schema: JSONSchemaProps = {
    type: 'object',
    maxProperties: 1,
    properties: { known: { type: 'string', maxLength: 1 } },
  };
  const open: JSONSchemaProps = { ...schema, 'x-kubernetes-preserve-unknown-fields': true };
  const broken = ['spec.x: Too many: 2: must have at most 1 item'];
  assert.deepEqual(refusedChange(open, { known: 'long', other: 1 }, { known: 'long', other: 1 }), broken);
  const whole: JSONSchemaProps = { ...open, properties: { ...schema.properties, other: { type: 'integer' } } };
  assert.deepEqual(refusedChange(whole, { known: 'long', other: 1 }, { known: 'long', other: 1 }), []);
  const either: JSONSchemaProps = { ...whole, allOf: [{ properties: { known: { pattern: '^x' } } }], maxProperties: 2 };
  assert.deepEqual(refusedChange(either, { known: 'long', other: 1 }, { known: 'long', other: 2 }), []);
});

test('what can be scaled has sound numbers', () => {
  const scale = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' };
  const resource = buoys({ properties: { n: { type: 'integer' } } }, { subresources: { scale } });
  const errors = resource.rules.validate?.(decoded(resource, { spec: { n: -1 }, status: { n: 2 ** 31 } })) ?? [];
  assert.deepEqual(lines(errors), [
    '.spec.n: Invalid value: -1: should be a non-negative integer',
    '.status.n: Invalid value: 2147483648: should be less than or equal to 2147483647',
  ]);
});

test('what can be scaled has numbers and a selector where it should', () => {
  const scale = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n', labelSelectorPath: '.status.by.text' };
  const resource = buoys({ 'x-kubernetes-preserve-unknown-fields': true }, { subresources: { scale } });
  const said = (spec: object, status: object): readonly string[] =>
    lines(resource.rules.validate?.(decoded(resource, { spec, status })) ?? []);
  assert.deepEqual(said({}, { by: null }), []);
  assert.deepEqual(said({ n: 'a' }, { n: 1.5, by: { text: [1, { b: 2, a: true }] } }), [
    '.spec.n: Invalid value: 0: .spec.n accessor error: a is of the type string, expected int64',
    '.status.n: Invalid value: 0: .status.n accessor error: 1.5 is of the type float64, expected int64',
    '.status.by.text: Invalid value: "": .status.by.text accessor error: [1 map[a:true b:2]] is of the type []interface {}, expected string',
  ]);
  assert.deepEqual(said({ n: null }, { by: 'x' }), [
    '.spec.n: Invalid value: 0: .spec.n accessor error: <nil> is of the type <nil>, expected int64',
    '.status.by.text: Invalid value: "": .status.by.text accessor error: x is of the type string, expected map[string]interface{}',
  ]);
});

test('of very many findings some are told', () => {
  const list: JSONSchemaProps = { type: 'array', items: { type: 'integer' } };
  assert.equal(
    refused(
      list,
      Array.from({ length: 130_000 }, () => 'x'),
    ).length,
    1000,
  );
});

test('a deep object against a deep schema takes no harm', () => {
  let schema: JSONSchemaProps = { type: 'string' };
  let value: unknown = 1;
  for (let depth = 0; depth < 400; depth += 1) {
    schema = { type: 'object', properties: { a: schema } };
    value = { a: value };
  }
  assert.equal(refused(schema, value).length, 1);
});

test('through the status nothing else is looked at', () => {
  const schema: JSONSchemaProps = {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
      status: { type: 'object', properties: { n: { type: 'integer', maximum: 3 } } },
    },
  };
  const resource = customResource(buoyDefinition(schema, { subresources: { status: {} } }), 'v1');
  assert.ok(resource !== undefined);
  const object = (n: number, more: object = {}) => decoded(resource, { status: { n }, ...more });
  const said = (now: KubeObject, old: KubeObject) => lines(resource.rules.validateStatusUpdate?.(now, old) ?? []);
  assert.deepEqual(said(object(2), object(1)), []);
  assert.deepEqual(said(object(2, { spec: {} }), object(1, { spec: {} })), []);
  assert.deepEqual(said(object(5), object(5)), []);
  assert.deepEqual(said(object(4), object(5)), [
    'status.n: Invalid value: 4: n in body should be less than or equal to 3',
  ]);
});
