import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoded, lines } from '#kinds/test-objects.ts';
import type { VolumeAttributesClass } from '#kinds/volume-attributes-class/schema.ts';
import { volumeAttributesClasses } from '#kinds/volume-attributes-class/volume-attributes-class.ts';

const { rules, table } = volumeAttributesClasses;
const good = { driverName: 'kubernetes.io/foo-driver', parameters: { iops: '100' } };
const settings = (body: object): VolumeAttributesClass => decoded(volumeAttributesClasses, { ...good, ...body });
const refused = (body: object): readonly string[] => lines(rules.validate?.(settings(body)) ?? []);

test('a class has a driver and one setting at least', () => {
  assert.deepEqual(refused({}), []);
  assert.deepEqual(refused({ driverName: '', parameters: {} }), [
    'driverName: Required value',
    'parameters: Required value: must contain at least one key/value pair',
  ]);
  assert.deepEqual(refused({ parameters: { '': 'a' } }), ['parameters: Invalid value: "": field can not be empty.']);
  assert.deepEqual(refused({ parameters: { a: 'x'.repeat(256 * 1024) } }), [
    'parameters: Too long: may not be more than 262144 bytes',
  ]);
});

test('a class stays what it is', () => {
  const now = settings({ driverName: 'other', parameters: { iops: '200' } });
  assert.deepEqual(lines(rules.validateUpdate?.(settings({}), settings({})) ?? []), []);
  assert.deepEqual(lines(rules.validateUpdate?.(now, settings({})) ?? []), [
    'driverName: Forbidden: updates to driverName are forbidden.',
    'parameters: Forbidden: updates to parameters are forbidden.',
  ]);
});

test('a class as it is listed, and what people are told of it', () => {
  const cells = table.cells(settings({}), Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(cells, ['x', 'kubernetes.io/foo-driver', '60m']);
  assert.equal(rules.notes?.(settings({}), undefined).length, 1);
});
