import assert from 'node:assert/strict';
import { test } from 'node:test';
import { always, int32, list, object, optional, quantity, required, string, time } from '#schema/build.ts';
import { shellOf } from '#schema/shell.ts';

const Inner = object('io.example.v1.Inner', '', { parts: required(1, list(string)), label: optional(2, string) });
const Thing = object('io.example.v1.Thing', '', {
  spec: required(1, Inner),
  selector: required(2, Inner, '', { nullable: true }),
  seen: always(3, time),
  count: always(4, int32),
  size: always(5, quantity),
  name: required(6, string),
});

test('an object without anything is written with what Go cannot leave out', () => {
  assert.deepEqual(shellOf(Thing), {
    spec: { parts: null },
    selector: null,
    seen: null,
    count: 0,
    size: '0',
    name: '',
  });
});
