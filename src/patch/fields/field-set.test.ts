import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deepFreeze } from '#base/json.ts';
import {
  difference,
  eachPath,
  type FieldSet,
  fieldSetOfPaths,
  intersection,
  isEmpty,
  noFields,
  overlaps,
  recursiveDifference,
  union,
} from '#patch/fields/field-set.ts';
import { compareElements, parseFieldsV1, pathText } from '#patch/fields/path-element.ts';

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:"s"', 'i:0');
const path = fc.array(element, { minLength: 1, maxLength: 3 });
const paths = fc.array(path, { maxLength: 6 });

/** The same set as a list of paths, which is the model all operations are held against. */
function listed(set: FieldSet): readonly string[] {
  const result: string[] = [];
  eachPath(set, compareElements, (steps) => {
    result.push(steps.join(' '));
  });
  return result.sort();
}

const unlike = (all: readonly (readonly string[])[]) => [...new Set(all.map((steps) => steps.join(' ')))].sort();
const setOf = (all: readonly (readonly string[])[]) => deepFreeze(fieldSetOfPaths(all));
const model = (all: readonly (readonly string[])[]) => new Set(unlike(all));

test('a set holds just the paths it was made of', () => {
  fc.assert(
    fc.property(paths, (all) => {
      assert.deepEqual(listed(setOf(all)), unlike(all));
    }),
  );
});

test('union, intersection and difference are those of the paths', () => {
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      const [a, b] = [setOf(left), setOf(right)];
      const [listA, listB] = [model(left), model(right)];
      assert.deepEqual(listed(union(a, b)), [...listA.union(listB)].sort());
      assert.deepEqual(listed(intersection(a, b)), [...listA.intersection(listB)].sort());
      assert.deepEqual(listed(difference(a, b)), [...listA.difference(listB)].sort());
      assert.equal(overlaps(a, b), !isEmpty(intersection(a, b)));
    }),
  );
});

test('the recursive difference takes what is beneath, too', () => {
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      const gone = unlike(right);
      const kept = unlike(left).filter((text) => !gone.some((head) => text === head || text.startsWith(`${head} `)));
      assert.deepEqual(listed(recursiveDifference(setOf(left), setOf(right))), kept);
    }),
  );
});

test('each set has one spelling', () => {
  fc.assert(
    fc.property(paths, paths, (left, right) => {
      const [a, b] = [setOf(left), setOf(right)];
      for (const [result, members] of [
        [union(a, b), model(left).union(model(right))],
        [intersection(a, b), model(left).intersection(model(right))],
        [difference(a, b), model(left).difference(model(right))],
      ] as const) {
        assert.deepEqual(result, fieldSetOfPaths([...members].map((text) => text.split(' '))));
      }
    }),
  );
});

test('an operation that changes nothing answers its first argument', () => {
  const set = setOf([['f:a', 'f:b'], ['f:a'], ['f:c']]);
  assert.equal(union(set, setOf([['f:a']])), set);
  assert.equal(difference(set, setOf([['f:a', 'f:c'], ['f:d']])), set);
  assert.equal(recursiveDifference(set, noFields), set);
});

test('what a set is stored as is read as the same set', () => {
  fc.assert(
    fc.property(paths, (all) => {
      const stored = JSON.parse(JSON.stringify(setOf(all)));
      assert.deepEqual(parseFieldsV1(stored), setOf(all));
    }),
  );
});

test('elements of clients are brought to one spelling; what cannot be read is no set', () => {
  const keyed = { 'f:ports': { 'k:{"protocol":"TCP", "containerPort":80}': {} } };
  assert.deepEqual(parseFieldsV1(keyed), { 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': {} } });
  assert.deepEqual(parseFieldsV1({ 'f:a': { '.': {} }, 'x:later': {} }), { 'f:a': {} });
  for (const bad of [[], 'x', { 'f:a': 1 }, { 'k:{': {} }, { 'i:x': {} }, { f: {} }]) {
    assert.equal(parseFieldsV1(bad), undefined);
  }
});

test('paths read as in conflicts', () => {
  const steps = ['f:spec', 'f:containers', 'k:{"name":"c"}', 'f:ports', 'k:{"containerPort":80,"protocol":"TCP"}'];
  assert.equal(pathText(steps), '.spec.containers[name="c"].ports[containerPort=80,protocol="TCP"]');
  assert.equal(pathText(['f:metadata', 'f:finalizers', 'v:"x"', 'i:0']), '.metadata.finalizers[="x"][0]');
});
