import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '#kinds/meta/object.ts';
import { customScaleTable, scaleTable } from '#kinds/scale/table.ts';

const now = Date.parse('2026-01-01T01:00:00Z');

function scale(spec: object): KubeObject {
  const metadata = { name: 'x', uid: '', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec, status: { replicas: 0 } } as KubeObject;
}

test('a scale of nothing; of custom resources what is not written is not shown', () => {
  assert.deepEqual(scaleTable.cells(scale({}), now), ['x', 0, 0, '60m']);
  assert.deepEqual(customScaleTable.cells(scale({}), now), ['x', null, 0, '60m']);
  assert.deepEqual(customScaleTable.cells(scale({ replicas: 2 }), now), ['x', 2, 0, '60m']);
});

test('the name of a built-in scale has no format', () => {
  assert.deepEqual(
    [scaleTable, customScaleTable].map(({ columns }) => columns[0]?.format),
    ['', 'name'],
  );
});
