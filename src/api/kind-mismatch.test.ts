import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindMismatch } from '#api/kind-mismatch.ts';
import { catalog } from '#kinds/catalog.ts';

test('what is registered cannot be converted: kinds, their lists, and the options of every version that is served', () => {
  const job = { group: 'batch', kind: 'Job' };
  for (const kind of ['CronJob', 'JobList', 'PatchOptions']) {
    assert.equal(
      kindMismatch(catalog, { apiVersion: 'batch/v1', kind }, job),
      `converting (v1.${kind}) to (batch.Job): unknown conversion`,
    );
  }
  for (const apiVersion of ['batch/v9', 'tides.example/v1']) {
    assert.match(
      kindMismatch(catalog, { apiVersion, kind: 'PatchOptions' }, job),
      /^no kind "PatchOptions" is registered/,
    );
  }
});
