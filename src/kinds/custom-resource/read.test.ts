import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readValue } from '#kinds/custom-resource/read.ts';
import { buoys } from '#kinds/custom-resource/test-buoys.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { decode } from '#schema/decode.ts';
import { readJson } from '#schema/json-text.ts';

const preserved: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** What becomes of a spec, and what is said about it. */
function read(schema: JSONSchemaProps, spec: unknown): { readonly spec: unknown; readonly said: readonly string[] } {
  const { value, problems } = decode(buoys(schema).schema, { spec });
  return { spec: (value as { spec?: unknown }).spec, said: problems.map(({ text }) => text) };
}

test('fields that the schema does not name are dropped and reported, with their path', () => {
  const schema: JSONSchemaProps = {
    properties: {
      lights: { type: 'array', items: { type: 'object', properties: { kind: { type: 'string' } } } },
      map: { type: 'object', additionalProperties: { type: 'object', properties: { a: { type: 'integer' } } } },
    },
  };
  const spec = { lights: [{ kind: 'a', odd: 1 }], map: { key: { a: 1, b: 2 } }, lost: { deep: 1 } };
  assert.deepEqual(read(schema, spec), {
    spec: { lights: [{ kind: 'a' }], map: { key: { a: 1 } } },
    said: ['unknown field "spec.lights[0].odd"', 'unknown field "spec.lost"', 'unknown field "spec.map.key.b"'],
  });
});

test('where unknown fields are preserved, known ones below are still pruned', () => {
  const schema: JSONSchemaProps = {
    ...preserved,
    properties: { known: { type: 'object', properties: { a: { type: 'string' } } } },
  };
  assert.deepEqual(read(schema, { known: { a: 'x', b: 1 }, free: { any: [{ thing: null }] } }), {
    spec: { known: { a: 'x' }, free: { any: [{ thing: null }] } },
    said: ['unknown field "spec.known.b"'],
  });
});

test('fields inside a map of anything are pruned, as upstream does', () => {
  const schema: JSONSchemaProps = { properties: { map: { type: 'object', additionalProperties: true } } };
  assert.deepEqual(read(schema, { map: { a: 1, b: { c: 1 } } }).spec, { map: { a: 1, b: {} } });
});

test('metadata is read as everywhere, also that of embedded objects', () => {
  const { value, problems } = decode(
    buoys({
      properties: { template: { ...preserved, 'x-kubernetes-embedded-resource': true } },
    }).schema,
    {
      metadata: { name: 'x', odd: 1, creationTimestamp: '2026-01-01T00:00:00.5+01:00' },
      spec: { template: { kind: 'Job', metadata: { labels: { a: 'b' }, lost: 1 } } },
    },
  );
  assert.deepEqual(value, {
    kind: '',
    apiVersion: '',
    metadata: { name: 'x', creationTimestamp: '2025-12-31T23:00:00Z' },
    spec: { template: { kind: 'Job', metadata: { labels: { a: 'b' } } } },
  });
  assert.deepEqual(
    problems.map(({ text }) => text),
    ['unknown field "metadata.odd"', 'unknown field "spec.template.metadata.lost"'],
  );
});

test('what the metadata of embedded objects do not know is reported after all else, with the keys of maps in brackets', () => {
  const template: JSONSchemaProps = { type: 'object', 'x-kubernetes-embedded-resource': true };
  const schema: JSONSchemaProps = {
    properties: { one: template, named: { type: 'object', additionalProperties: template } },
  };
  const odd = { kind: 'Job', apiVersion: 'batch/v1', metadata: { odd: 1 }, lost: 2 };
  assert.deepEqual(read(schema, { one: odd, named: { x: odd }, zz: 1 }).said, [
    'unknown field "spec.named.x.lost"',
    'unknown field "spec.one.lost"',
    'unknown field "spec.zz"',
    'unknown field "spec.named[x].metadata.odd"',
    'unknown field "spec.one.metadata.odd"',
  ]);
});

test('an embedded object that cannot be one is refused with the way to it, but read as far as it can be once stored', () => {
  const { schema } = buoys({ properties: { template: { ...preserved, 'x-kubernetes-embedded-resource': true } } });
  const refused = (template: unknown): string => {
    try {
      decode(schema, { spec: { template } });
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const stored = (template: unknown) => decode(schema, { spec: { template } }, { stored: true }).value as unknown;
  const shown = (template: unknown) => (stored(template) as { spec: { template: unknown } }).spec.template;
  const cannot = 'json: cannot unmarshal number into Go struct field ObjectMeta.namespace of type string';
  const metadata = { labels: { a: 'b' }, namespace: 7 };
  assert.equal(
    refused({ metadata }),
    `spec.template.metadata: Invalid value: {"labels":{"a":"b"},"namespace":7}: ${cannot}`,
  );
  assert.equal(refused({ kind: 7 }), 'spec.template.kind: Invalid value: 7: must be a string');
  assert.equal(refused({ apiVersion: null }), 'spec.template.apiVersion: Invalid value: null: must be a string');
  assert.deepEqual(shown({ kind: 7, apiVersion: 'v1', metadata }), {
    apiVersion: 'v1',
    metadata: { labels: { a: 'b' } },
  });
  assert.deepEqual(shown({ metadata: 5 }), { metadata: 5 });
});

test('the metadata of embedded objects have defaults too, without what metadata do not know', () => {
  const named = { type: 'string', default: 'Bar' };
  const whole = { apiVersion: 'v1', kind: 'Foo', metadata: { name: 'Bar', unknown: 'x' } };
  const embedded = { type: 'object', 'x-kubernetes-embedded-resource': true } as const;
  const schema: JSONSchemaProps = {
    properties: {
      fields: {
        ...embedded,
        properties: { metadata: { type: 'object', properties: { name: named, unknown: named } } },
      },
      full: { ...embedded, properties: { metadata: { type: 'object', default: whole.metadata } } },
      object: { ...embedded, default: whole },
      open: { ...embedded, ...preserved, default: whole },
    },
  };
  const metadata = { name: 'Bar' };
  assert.deepEqual(read(schema, { fields: { metadata: {} }, full: {} }).spec, {
    fields: { metadata },
    full: { metadata },
    object: { ...whole, metadata },
    open: { ...whole, metadata },
  });
  assert.deepEqual(readValue(whole, { ...embedded, ...preserved }).unknown, []);
});

test('defaults fill what is absent or null, at every depth, and are not shared between objects', () => {
  const schema: JSONSchemaProps = {
    properties: {
      colour: { type: 'string', default: 'red' },
      maybe: { type: 'string', nullable: true, default: 'x' },
      gone: { type: 'string' },
      lights: {
        type: 'array',
        items: { type: 'object', properties: { watts: { type: 'number', default: 5 } } },
      },
      box: { type: 'object', default: {}, properties: { size: { type: 'integer', default: 1 } } },
    },
  };
  const spec = { colour: null, maybe: null, gone: null, lights: [{}, { watts: 2 }] };
  const expected = { colour: 'red', maybe: null, lights: [{ watts: 5 }, { watts: 2 }], box: { size: 1 } };
  assert.deepEqual(read(schema, spec).spec, expected);
  const [one, other] = [read(schema, {}), read(schema, {})] as { spec: { box: object } }[];
  assert.notEqual(one?.spec.box, other?.spec.box);
  assert.deepEqual(decode(buoys(schema).schema, { spec: {} }, { defaults: false }).value, {
    kind: '',
    apiVersion: '',
    metadata: {},
    spec: {},
  });
});

test('values of a wrong type stay for validation to find, and numbers become what JSON has', () => {
  const schema: JSONSchemaProps = {
    properties: { depth: { type: 'integer' }, map: { type: 'object', additionalProperties: { type: 'integer' } } },
  };
  assert.deepEqual(read(schema, { depth: 'deep', map: [1, { a: 2 }] }).spec, { depth: 'deep', map: [1, {}] });
  const source = readJson('{"spec": {"depth": 1.50, "depth": 1e2}, "metadata": {}}');
  const { value, problems } = decode(buoys(schema).schema, source);
  assert.deepEqual((value as { spec?: unknown }).spec, { depth: 100 });
  assert.deepEqual(
    problems.map(({ text }) => text),
    ['duplicate field "spec.depth"'],
  );
});

test('whole numbers that would be rounded are refused, and others are not', () => {
  const resource = buoys(preserved);
  const read = (number: string) => decode(resource.schema, readJson(`{"spec": {"n": ${number}}}`)).value;
  assert.deepEqual(read('9007199254740991'), read('9007199254740991.0'));
  assert.throws(() => read('9007199254740993'), /cannot unmarshal number 9007199254740993 into Go value of type int64/);
});

test('keys that objects inherit are keys like any other', () => {
  const spec = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}');
  assert.equal(JSON.stringify(read(preserved, spec).spec), '{"__proto__":{"a":1},"constructor":2}');
  assert.deepEqual(read({ properties: {} }, spec).spec, {});
});

const schemas = fc.letrec<{ schema: JSONSchemaProps }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record<JSONSchemaProps>(
      { type: fc.constant('string'), nullable: fc.boolean(), default: fc.constantFrom('x', 'y') },
      { requiredKeys: ['type'] },
    ),
    fc.record<JSONSchemaProps>(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema'), { maxKeys: 3 }),
        'x-kubernetes-preserve-unknown-fields': fc.constant(true),
        default: fc.constant({}),
      },
      { requiredKeys: ['type', 'properties'] },
    ),
    tie('schema').map((items): JSONSchemaProps => ({ type: 'array', items })),
    tie('schema').map((additionalProperties): JSONSchemaProps => ({ type: 'object', additionalProperties })),
  ),
})).schema;

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('x', 1, null, true),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 2 }),
  ),
})).value;

test('reading what was read changes nothing and finds nothing', () => {
  fc.assert(
    fc.property(schemas, values, (schema, value) => {
      const types: JSONSchemaProps = { properties: { value: schema } };
      const once = read(types, { value });
      const twice = read(types, once.spec);
      assert.deepEqual(twice, { spec: once.spec, said: [] });
    }),
  );
});

test('a value that is nested too deeply is refused before anybody walks it', () => {
  const nested = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
  const anything: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  assert.doesNotThrow(() => readValue(nested(990), anything));
  assert.throws(() => readValue(nested(1_010), anything), { message: 'exceeded max depth of 1000' });
});
