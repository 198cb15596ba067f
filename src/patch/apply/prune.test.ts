import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyConfiguration } from '#patch/apply/apply-configuration.ts';
import { map, object, optional, string } from '#schema/build.ts';

const type = object('test.Thing', '', {
  kind: optional(0, string),
  apiVersion: optional(0, string),
  metadata: optional(1, object('test.Meta', '', { name: optional(1, string), labels: optional(2, map(string)) })),
});

test('an object keeps its name when the last label that its applier owned goes', () => {
  const own = { manager: 'alpha', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' };
  const managedFields = [{ ...own, fieldsV1: { 'f:metadata': { 'f:labels': { 'f:a': {} } } } }];
  const live = { kind: 'Thing', apiVersion: 'v1', metadata: { name: 'x', labels: { a: '1' }, managedFields } };
  const config = { kind: 'Thing', apiVersion: 'v1', metadata: { name: 'x' } };
  const writer = { manager: 'alpha', apiVersion: 'v1', time: '2026-01-01T00:00:00Z' };
  const applied = applyConfiguration({ ...writer, type, kind: 'Thing', live, config, force: false });
  assert.equal((applied.object.metadata as { name?: string }).name, 'x');
  assert.equal((applied.object.metadata as { labels?: object }).labels, undefined);
});
