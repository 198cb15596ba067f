import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeContinue, encodeContinue } from '#api/continue-token.ts';

test('a token says again what it was made of', () => {
  const revision = fc.option(fc.integer({ min: 1, max: 2 ** 50 }), { nil: undefined });
  const token = fc.record({ revision, after: fc.stringMatching(/^[a-z0-9./-]{1,40}$/) });
  fc.assert(fc.property(token, (one) => assert.deepEqual(decodeContinue(encodeContinue(one)), { ...one })));
});

test('any other text is refused, never taken for a token', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.throws(() => decodeContinue(text), /^ApiError: invalid continue token: continue key is not valid: /);
    }),
  );
});
