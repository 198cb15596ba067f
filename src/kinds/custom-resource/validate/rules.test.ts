import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buoys } from '#kinds/custom-resource/test-buoys.ts';
import type { JSONSchemaProps, ValidationRule } from '#kinds/custom-resource-definition/json-schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const unchecked =
  '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to ' +
  'complete validation';

function rules(...all: readonly (string | ValidationRule)[]): JSONSchemaProps {
  return { 'x-kubernetes-validations': all.map((rule) => (typeof rule === 'string' ? { rule } : rule)) };
}

function refused(schema: JSONSchemaProps, now: unknown, old?: unknown): readonly string[] {
  const resource = buoys(schema);
  const object = decoded(resource, { spec: now });
  if (old === undefined) return lines(resource.rules.validate?.(object) ?? []);
  return lines(resource.rules.validateUpdate?.(object, decoded(resource, { spec: old })) ?? []);
}

const depths: JSONSchemaProps = {
  properties: { min: { type: 'integer' }, max: { type: 'integer', maximum: 100 }, 'a-b': { type: 'string' } },
};

test('rules are held, and say what is wrong', () => {
  const schema = {
    ...depths,
    ...rules(
      { rule: 'self.min <= self.max', message: ' too deep ' },
      { rule: 'self.max < 50', messageExpression: "'deeper than ' + string(50)", fieldPath: '.max' },
      { rule: "!has(self.a__dash__b) || self.a__dash__b != 'x'", reason: 'FieldValueForbidden', message: 'no x' },
    ),
  };
  assert.deepEqual(refused(schema, { min: 1, max: 2 }), []);
  assert.deepEqual(refused(schema, { min: 90, max: 60, 'a-b': 'x' }), [
    'spec: Invalid value: too deep',
    'spec.max: Invalid value: deeper than 50',
    'spec: Forbidden: no x',
  ]);
  assert.deepEqual(refused(schema, { min: 1 }), [
    'spec: Invalid value: "object": no such key: max evaluating rule: too deep',
    'spec: Invalid value: "object": no such key: max evaluating rule: self.max < 50',
  ]);
});

test('the value that breaks a rule is shown if it is simple', () => {
  const part = (more: JSONSchemaProps, rule: string, reason?: string): JSONSchemaProps => ({
    ...more,
    ...rules({ rule, ...(reason === undefined ? {} : { reason }) }),
  });
  const schema: JSONSchemaProps = {
    type: 'object',
    properties: {
      text: part({ type: 'string' }, "self == 'a'"),
      count: part({ type: 'integer' }, 'self < 2', 'FieldValueDuplicate'),
      list: part({ type: 'array', items: { type: 'string' } }, 'size(self) < 2'),
      either: part({ 'x-kubernetes-int-or-string': true }, 'self < 5'),
    },
  };
  assert.deepEqual(refused(schema, { text: 'b', count: 3, list: ['a', 'b'], either: 'x' }), [
    `spec.text: Invalid value: "b": failed rule: self == 'a'`,
    'spec.count: Duplicate value: 3',
    'spec.list: Invalid value: failed rule: size(self) < 2',
    `spec.either: Invalid value: "": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self < 5`,
  ]);
});

test('rules are not held to an object that is wrong already, which is said', () => {
  const schema = { ...depths, ...rules('self.min <= self.max') };
  assert.deepEqual(refused(schema, { min: 'x', max: 1 }), [
    'spec.min: Invalid value: "string": spec.min in body must be of type integer: "string"',
    unchecked,
  ]);
  assert.deepEqual(refused(schema, { min: 200, max: 101 }), [
    'spec.max: Invalid value: 101: spec.max in body should be less than or equal to 100',
    'spec: Invalid value: failed rule: self.min <= self.max',
  ]);
});

test('rules about change apply to changes', () => {
  const schema: JSONSchemaProps = {
    properties: {
      fixed: { type: 'string', ...rules({ rule: 'self == oldSelf', message: 'is fixed' }) },
      once: {
        type: 'string',
        ...rules({ rule: "!oldSelf.hasValue() || self == oldSelf.value() + 'x'", optionalOldSelf: true }),
      },
    },
  };
  assert.deepEqual(refused(schema, { fixed: 'a', once: 'b' }), []);
  assert.deepEqual(refused(schema, { fixed: 'a', once: 'bx' }, { fixed: 'a', once: 'b' }), []);
  assert.deepEqual(refused(schema, { fixed: 'b' }, { fixed: 'a' }), ['spec.fixed: Invalid value: "b": is fixed']);
  assert.deepEqual(refused(schema, { fixed: 'b' }, {}), []);
});

test('what did not change is not held to rules anew', () => {
  const item: JSONSchemaProps = {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' }, depth: { type: 'integer' } },
    ...rules('self.depth < 5'),
  };
  const lights: JSONSchemaProps = {
    type: 'array',
    items: item,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  };
  const schema = { properties: { lights } };
  const [old, fine] = [
    { name: 'a', depth: 9 },
    { name: 'b', depth: 1 },
  ];
  assert.deepEqual(refused(schema, { lights: [fine, old] }, { lights: [old] }), []);
  assert.deepEqual(refused(schema, { lights: [fine, { ...old, depth: 8 }] }, { lights: [old] }), [
    'spec.lights[1]: Invalid value: failed rule: self.depth < 5',
  ]);
  const map = { properties: { map: { type: 'object', additionalProperties: item } } };
  assert.deepEqual(refused(map, { map: { 'k.1': old } }), [
    'spec.map[k.1]: Invalid value: failed rule: self.depth < 5',
  ]);
});

test('values have the types that their schema gives them', () => {
  const schema: JSONSchemaProps = {
    properties: {
      n: { type: 'number' },
      port: { 'x-kubernetes-int-or-string': true },
      when: { type: 'string', format: 'date-time' },
      map: { type: 'object', additionalProperties: { type: 'integer' } },
    },
    ...rules(
      'self.n == 5.0 && type(self.n) == double',
      'type(self.port) == int ? self.port > 0 : self.port == string(self.port)',
      "self.when > timestamp('2025-01-01T00:00:00Z')",
      "self.map.all(k, k.startsWith('a') && self.map[k] > 0)",
    ),
  };
  const good = { n: 5, port: 80, when: '2026-01-01T00:00:00Z', map: { 'a.b': 1 } };
  assert.deepEqual(refused(schema, good), []);
  assert.deepEqual(refused(schema, { ...good, port: 'http' }), []);
});

test('rules that take too long end, and say so', () => {
  const walk = 'self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))';
  const schema = { properties: { list: { type: 'array', items: { type: 'integer' } } }, ...rules(walk) };
  assert.deepEqual(refused(schema, { list: Array.from({ length: 10 }, () => 1) }), []);
  assert.deepEqual(refused(schema, { list: Array.from({ length: 1000 }, () => 1) }), [
    '<nil>: Invalid value: "object": validation failed due to running out of cost budget, no further validation rules will be run',
  ]);
});

test('rules about change are asked of what stays as it is, too, and what nobody can answer is told', () => {
  const schema: JSONSchemaProps = {
    properties: {
      count: { type: 'integer', ...rules('self > oldSelf') },
      list: { type: 'array', items: { type: 'integer' }, ...rules('self[0] < 5') },
    },
  };
  const same = { count: 1, list: [] };
  assert.deepEqual(refused(schema, same, same), [
    'spec.count: Invalid value: 1: failed rule: self > oldSelf',
    'spec.list: Invalid value: "array": index out of bounds: 0 evaluating rule: self[0] < 5',
  ]);
});

test('of rules that are still broken people are warned', () => {
  const resource = buoys({ properties: { depth: { type: 'integer', ...rules('self < 5') }, x: { type: 'integer' } } });
  const object = (depth: number, x: number) => decoded(resource, { spec: { depth, x } });
  const warned = (now: readonly [number, number], old: readonly [number, number]) =>
    resource.rules.warnings?.(object(...now), object(...old));
  assert.deepEqual(warned([9, 2], [9, 1]), ['spec.depth: Invalid value: 9: failed rule: self < 5']);
  assert.deepEqual(warned([4, 2], [9, 1]), []);
  assert.deepEqual(resource.rules.warnings?.(object(9, 1), undefined), []);
});

test('a finding is at the path of its rule', () => {
  const schema: JSONSchemaProps = {
    properties: { 'a.b': { type: 'string' }, map: { type: 'object', additionalProperties: { type: 'string' } } },
    ...rules(
      { rule: 'false', message: 'a', fieldPath: "['a.b']" },
      { rule: 'false', message: 'b', fieldPath: '.map.x' },
    ),
  };
  assert.deepEqual(refused(schema, {}), ['spec.a.b: Invalid value: a', 'spec.map[x]: Invalid value: b']);
});
