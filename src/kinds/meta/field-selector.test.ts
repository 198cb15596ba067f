import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fieldSelectorMatches, formatFieldSelector, parseFieldSelector } from '#kinds/meta/field-selector.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

const plain = { namespaced: true, selectableFields: {} };
const rich = {
  namespaced: true,
  selectableFields: { 'status.phase': (object: KubeObject) => object.kind },
  fieldAliases: { 'spec.host': 'status.phase' },
};
const cluster = { namespaced: false, selectableFields: rich.selectableFields };

function object(phase: string): KubeObject {
  const metadata = {
    name: 'a',
    namespace: 'ns',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return { kind: phase, apiVersion: 'v1', metadata };
}

test('equality, inequality and conjunction select by value', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['metadata.name=a', true],
    ['metadata.name==a,metadata.namespace=ns', true],
    ['metadata.namespace!=ns', false],
    ['status.phase=Running', true],
    ['status.phase!=Failed,status.phase!=Succeeded', true],
    ['status.phase=', false],
    ['spec.host=Running', true],
  ];
  for (const [text, expected] of cases) {
    assert.equal(fieldSelectorMatches(parseFieldSelector(text, rich), object('Running'), rich), expected, text);
  }
});

test('what cannot be understood is refused in upstream words', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ['metadata.name=a,foo', "invalid selector: 'metadata.name=a,foo'; can't understand 'foo'"],
    ['metadata.name=a=b', 'invalid field selector: unescaped character in value: 61'],
    ['metadata.name=a\\b', 'invalid field selector: invalid escape sequence: \\b'],
  ];
  for (const [text, message] of cases) assert.throws(() => parseFieldSelector(text, rich), { code: 400, message });
});

test('a field that is not offered is refused in the words of its kind', () => {
  assert.throws(() => parseFieldSelector('data.n=a', plain), {
    message: '"data.n" is not a known field selector: only "metadata.name", "metadata.namespace"',
  });
  assert.throws(() => parseFieldSelector('spec.x=a', rich), { message: 'field label not supported: spec.x' });
  const aliased = { ...rich, fieldAliases: {} };
  for (const inherited of ['constructor', '__proto__']) {
    assert.throws(() => parseFieldSelector(`${inherited}=a`, aliased), {
      message: `field label not supported: ${inherited}`,
    });
  }
  assert.throws(() => parseFieldSelector('metadata.namespace=a', cluster), {
    message: 'field label not supported: metadata.namespace',
  });
  const jobs = { ...rich, unknownSelectorText: (path: string) => `field label "${path}" not supported for Job` };
  assert.throws(() => parseFieldSelector('spec.suspend=a', jobs), {
    message: 'field label "spec.suspend" not supported for Job',
  });
});

test('values survive being escaped', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (value, equal) => {
      const selector = [{ path: 'metadata.name', equal, value }];
      assert.deepEqual(parseFieldSelector(formatFieldSelector(selector), plain), selector);
    }),
  );
});
