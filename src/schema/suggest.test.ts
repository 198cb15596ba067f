import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, object, optional, required, string } from '#schema/build.ts';
import { closest } from '#schema/closest.ts';
import { decode } from '#schema/decode.ts';
import { suggestField, suggestions } from '#schema/suggest.ts';

const Container = object('io.example.v1.Container', '', { name: required(1, string), image: optional(2, string) });
const Root = object('io.example.v1.Root', '', {
  spec: required(
    1,
    object('io.example.v1.Spec', '', {
      backoffLimit: optional(1, string),
      initContainers: optional(2, list(Container)),
      containers: required(3, list(Container)),
      image: optional(4, object('io.example.v1.Picture', '', { size: optional(1, string) })),
    }),
  ),
  status: optional(2, object('io.example.v1.Status', '', { phase: optional(1, string) })),
});

test('the nearest name is found, case first, and far ones are not', () => {
  const names = ['backoffLimit', 'parallelism', 'template', 'image'];
  assert.equal(closest('backOffLimit', names), 'backoffLimit');
  assert.equal(closest('paralellism', names), 'parallelism');
  assert.equal(closest('imgae', names), 'image');
  assert.equal(closest('foo', names), undefined);
  assert.equal(closest('x', ['y']), undefined);
});

test('an unknown field is led to the one that was meant', () => {
  assert.equal(suggestField(Root, 'spec.backOffLimit'), 'spec.backoffLimit');
  assert.equal(suggestField(Root, 'spec.containers[1].imag'), 'spec.containers[1].image');
  assert.equal(suggestField(Root, 'spec.name'), 'spec.containers[].name');
  assert.equal(suggestField(Root, 'spec.containers[0].backoffLimit'), 'spec.backoffLimit');
  assert.equal(suggestField(Root, 'spec.phase'), undefined);
  assert.equal(suggestField(Root, 'spec.nothing'), undefined);
});

test('advice repeats the problem and asks', () => {
  const { problems } = decode(Root, { spec: { backOffLimit: 1, nothing: 2 } });
  assert.deepEqual(suggestions(Root, problems), [
    'unknown field "spec.backOffLimit"; did you mean "spec.backoffLimit"?',
  ]);
});

test('fields that every JavaScript object has are no fields of ours', () => {
  for (const path of ['constructor', 'constructor.name', 'spec.toString.x']) {
    assert.equal(suggestField(Root, path)?.startsWith('constructor') ?? false, false, path);
  }
});
