import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, systemRandom } from '#base/random.ts';

const draws = (seed: string, name: string): number[] => {
  const stream = seededRandom(seed).stream(name);
  return Array.from({ length: 5 }, () => stream.int(1_000_000));
};

test('the same seed and name give the same numbers, another name or seed others', () => {
  assert.deepEqual(draws('a', 'pod-names'), draws('a', 'pod-names'));
  assert.notDeepEqual(draws('a', 'pod-names'), draws('a', 'jitter'));
  assert.notDeepEqual(draws('a', 'pod-names'), draws('b', 'pod-names'));
});

test('a draw from one stream does not shift another', () => {
  const random = seededRandom('s');
  const names = random.stream('names');
  random.stream('jitter').next();
  assert.deepEqual(
    Array.from({ length: 5 }, () => names.int(1_000_000)),
    draws('s', 'names'),
  );
});

test('draws cover their range evenly', () => {
  const stream = seededRandom('even').stream('x');
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 10_000; i++) {
    const drawn = stream.int(10);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  for (const count of counts) assert.ok(count > 850 && count < 1150, `${counts}`);
});

test('uuid() is a version 4 UUID, and text() keeps to its alphabet', () => {
  const stream = seededRandom('u').stream('x');
  assert.match(stream.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(stream.text(40, 'abc'), /^[abc]{40}$/);
});

test('system randomness differs from one start to the next', () => {
  assert.notEqual(systemRandom().stream('x').uuid(), systemRandom().stream('x').uuid());
});
