import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonPathError, parseJsonPath } from '#kinds/custom-resource/json-path.ts';

const object = {
  spec: {
    depth: 3,
    'a.b': 1,
    ports: [
      { name: 'x', port: 1 },
      { name: 'y', port: 2 },
    ],
  },
  metadata: { labels: { 'sea.example/kind': 'red' } },
  status: {
    conditions: [
      { type: 'Lit', status: 'True' },
      { type: 'Ready', status: 'False' },
    ],
  },
};

function at(path: string): readonly unknown[] {
  return parseJsonPath(path)(object);
}

test('paths of printer columns find what they say', () => {
  assert.deepEqual(at('.spec.depth'), [3]);
  assert.deepEqual(at('.spec.none.deeper'), []);
  assert.deepEqual(at('.spec.toString'), []);
  assert.deepEqual(at('.spec.ports[0].name'), ['x']);
  assert.deepEqual(at('.spec.ports[-1].name'), ['y']);
  assert.deepEqual(at('.spec.ports[*].port'), [1, 2]);
  assert.deepEqual(at(".spec['a.b']"), [1]);
  assert.deepEqual(at('.metadata.labels.sea\\.example/kind'), ['red']);
  assert.deepEqual(at('.status.conditions[?(@.type=="Ready")].status'), ['False']);
  assert.deepEqual(at(".status.conditions[?(@.type == 'Lit')].status"), ['True']);
  assert.deepEqual(at('.spec.ports[?(@.port>1)].name'), ['y']);
  assert.deepEqual(at('.spec.ports[?(@.port != 2)].name'), ['x']);
  assert.deepEqual(at('.spec.ports[?(@.name)].port'), [1, 2]);
});

test('other paths are refused', () => {
  for (const path of ['.spec.ports[', '.spec.ports[?(@.a==b)]', 'spec', '.spec.ports[a]', '.a]b[0']) {
    assert.throws(() => parseJsonPath(path), JsonPathError, path);
  }
});
