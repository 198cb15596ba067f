import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecodeProblem } from '#schema/decode-context.ts';
import { byPath, inKeyOrder, insideFirst } from '#schema/problem-order.ts';

function unknown(...paths: string[]): DecodeProblem[] {
  return paths.map((path) => ({ is: 'unknown', path, text: path }));
}

function paths(problems: readonly DecodeProblem[]): string[] {
  return problems.map(({ path }) => path);
}

test('in a text with sorted keys the fields are found by their names, items of lists by their places', () => {
  const found = unknown(
    'zz',
    'spec.unknown',
    'spec.template.spec.containers[10].a',
    'spec.template.spec.containers[2].b',
  );
  const repeated: DecodeProblem = { is: 'duplicate', path: 'spec', text: 'spec' };
  assert.deepEqual(paths(inKeyOrder([...found, repeated])), [
    'spec',
    'spec.template.spec.containers[2].b',
    'spec.template.spec.containers[10].a',
    'spec.unknown',
    'zz',
  ]);
});

test('the converter of trees finds what is inside the known fields before the unknown fields beside them', () => {
  const found = unknown('b', 'spec.y', 'spec.template.x', 'a', 'metadata.z');
  assert.deepEqual(paths(insideFirst(found)), ['spec.template.x', 'spec.y', 'metadata.z', 'a', 'b']);
});

test('of a custom resource the metadata come first and then everything by its path', () => {
  const found = unknown('spec.b', 'spec.a[10]', 'spec.a[2]', 'metadata.z', 'a');
  assert.deepEqual(paths(byPath(found)), ['metadata.z', 'a', 'spec.a[10]', 'spec.a[2]', 'spec.b']);
});
