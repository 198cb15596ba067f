import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookmarkTable, includeObject, type TableOptions, tableOf } from '#api/tables.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { jobs } from '#kinds/job/job.ts';
import { isApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { nameColumn, plainTable } from '#kinds/table.ts';

const clock = new VirtualClock(Date.parse('2026-01-01T00:00:10Z'));
const options: TableOptions = {
  resource: { ...jobs, table: plainTable } as unknown as TableOptions['resource'],
  version: 'v1',
  includeObject: 'Metadata',
  clock,
};
const object: KubeObject = {
  kind: 'Job',
  apiVersion: 'batch/v1',
  metadata: { name: 'tide', uid: 'u', resourceVersion: '7', creationTimestamp: '2026-01-01T00:00:00Z' },
};

test('a row has its cells and, unless told otherwise, the metadata of its object', () => {
  const table = tableOf([object], { resourceVersion: '9' }, options);
  assert.deepEqual(
    [table.kind, table.apiVersion, table.metadata],
    ['Table', 'meta.k8s.io/v1', { resourceVersion: '9' }],
  );
  const { metadata } = object;
  const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
  assert.deepEqual(table.rows, [{ cells: ['tide', '10s'], object: partial }]);
  assert.equal(tableOf([object], {}, { ...options, includeObject: 'Object' }).rows[0]?.object, object);
  assert.equal(tableOf([object], {}, { ...options, includeObject: 'None' }).rows[0]?.object, null);
});

test('rows of finished objects carry their conditions', () => {
  const rowConditions = () => [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'done' }];
  const table = { columns: [nameColumn], cells: () => ['tide'], rowConditions };
  const resource = { ...options.resource, table };
  assert.deepEqual(tableOf([object], {}, { ...options, resource }).rows[0]?.conditions, rowConditions());
});

test('a bookmark is the row of an object without anything, shown like others or because it marks the end of the present', () => {
  const plain = { metadata: { resourceVersion: '9' } };
  const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', ...plain };
  assert.deepEqual(bookmarkTable(plain, '9', options).rows, [{ cells: ['', '<unknown>'], object: partial }]);
  const none: TableOptions = { ...options, includeObject: 'None' };
  assert.equal(bookmarkTable(plain, '9', none).rows[0]?.object, null);
  const last = { metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } } };
  assert.deepEqual(bookmarkTable(last, '9', none).rows[0]?.object, { ...partial, ...last });
});

test('includeObject has three values', () => {
  assert.deepEqual([null, '', 'Metadata', 'Object', 'None'].map(includeObject), [
    'Metadata',
    'Metadata',
    'Metadata',
    'Object',
    'None',
  ]);
  assert.throws(() => includeObject('metadata'), isApiError);
});
