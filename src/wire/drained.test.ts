import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { drained } from '#wire/drained.ts';

test('a stream that waits again and again leaves no listeners behind', async () => {
  const out = new PassThrough();
  const abort = new AbortController();
  for (let round = 0; round < 100; round++) {
    const waiting = drained(out, abort.signal);
    out.emit('drain');
    assert.equal(await waiting, true);
  }
  assert.equal(getEventListeners(abort.signal, 'abort').length, 0);
  assert.ok(out.listenerCount('drain') <= 1);
  const waiting = drained(out, abort.signal);
  abort.abort();
  assert.equal(await waiting, false);
});
