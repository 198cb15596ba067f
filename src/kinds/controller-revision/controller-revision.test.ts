import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';

const { rules } = controllerRevisions;

test('the data of a revision is an object, and stays what it is', () => {
  const refused = (data: unknown): readonly string[] =>
    lines(rules.validate?.(created(controllerRevisions, { data, revision: 1 })) ?? []);
  assert.deepEqual(refused(undefined), ['data: Required value: data is mandatory']);
  assert.deepEqual(refused(null), ['data: Required value: data is mandatory']);
  assert.deepEqual(refused([1]), ['data: Required value: data must be a valid JSON object']);
  assert.deepEqual(refused({ a: 1 }), []);
  const change = (data: unknown, revision: number): readonly string[] => {
    const old = decoded(controllerRevisions, { data: { a: 1 }, revision: 1 });
    return lines(rules.validateUpdate?.(decoded(controllerRevisions, { data, revision }), old) ?? []);
  };
  assert.deepEqual(change({ a: 1 }, 5), []);
  assert.deepEqual(change({ a: 2 }, -1), [
    'revision: Invalid value: -1: must be greater than or equal to 0',
    'data: Invalid value: {"a":2}: field is immutable',
  ]);
  assert.deepEqual(change(null, 1), ['data: Invalid value: null: field is immutable']);
});

test('a revision keeps its data to the letter', () => {
  const data = { spec: { template: { $patch: 'replace', b: [1, 2.5, null], a: '<&>' } } };
  assert.equal(JSON.stringify(decoded(controllerRevisions, { data, revision: 1 }).data), JSON.stringify(data));
});

test('revisions are listed with whom they belong to', () => {
  const now = Date.parse('2026-01-01T01:00:00Z');
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'logs', uid: 'u', controller: true };
  const row = (ownerReferences: readonly object[]) =>
    controllerRevisions.table.cells(decoded(controllerRevisions, { metadata: { ownerReferences }, revision: 3 }), now);
  assert.deepEqual(row([owner]), ['x', 'daemonset.apps/logs', 3, '60m']);
  assert.deepEqual(row([]), ['x', '<none>', 3, '60m']);
});
