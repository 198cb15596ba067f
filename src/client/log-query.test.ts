import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logQuery, readLogQuery } from '#client/log-query.ts';
import type { LogOptions } from '#client/node-port.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test('what is asked of a node is what the node reads', () => {
  const options = fc.record(
    {
      follow: fc.boolean(),
      previous: fc.boolean(),
      timestamps: fc.boolean(),
      stream: fc.constantFrom('All', 'Stdout', 'Stderr'),
      tailLines: fc.nat(),
      limitBytes: fc.integer({ min: 1 }),
      since: fc.integer({ min: 0, max: now }),
    },
    { requiredKeys: ['follow', 'previous', 'timestamps', 'stream'] },
  ) as fc.Arbitrary<LogOptions>;
  fc.assert(
    fc.property(options, (asked) => {
      assert.deepEqual(readLogQuery(new URLSearchParams(logQuery(asked)), now), { ...asked });
    }),
  );
});

test('the queries of other clients are read too, and nonsense is refused', () => {
  const read = (text: string): LogOptions => readLogQuery(new URLSearchParams(text), now);
  assert.equal(read('sinceSeconds=60').since, now - 60_000);
  assert.equal(read('tail=3').tailLines, 3);
  assert.equal(read('tail=all').tailLines, undefined);
  for (const text of ['follow=maybe', 'tailLines=-1', 'limitBytes=0', 'sinceTime=now', 'stream=Stdin', 'tail=x']) {
    assert.throws(() => read(text), { code: 400 }, text);
  }
});
