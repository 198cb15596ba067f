import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeContinue, encodeContinue } from '#api/continue-token.ts';

test('a token says again what it was made of', () => {
  const revision = fc.option(fc.integer({ min: 1, max: 2 ** 50 }), { nil: undefined });
  const token = fc.record({
    revision,
    after: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[.]?[a-z0-9]|)([/][a-z0-9-]{1,20})?$/),
  });
  fc.assert(fc.property(token, (one) => assert.deepEqual(decodeContinue(encodeContinue(one)), { ...one })));
});

test('any other text is refused, never taken for a token', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.throws(() => decodeContinue(text), /^ApiError: invalid continue token: continue key is not valid: /);
    }),
  );
});

test('what is wrong with a token is said in the words clients know, and none leads out of its list', () => {
  const why = (token: unknown): string => {
    try {
      decodeContinue(Buffer.from(typeof token === 'string' ? token : JSON.stringify(token)).toString('base64url'));
    } catch (error) {
      return (error as Error).message.replace('invalid continue token: continue key is not valid: ', '');
    }
    return 'nothing';
  };
  assert.equal(why('{bad'), "invalid character 'b' looking for beginning of object key string");
  assert.equal(why([]), 'json: cannot unmarshal array into Go value of type storage.continueToken');
  assert.equal(why({ v: 'v9' }), 'server does not recognize this encoded version v9');
  const v = 'meta.k8s.io/v1';
  assert.equal(why({ v, rv: 5 }), 'encoded start key empty (version meta.k8s.io/v1)');
  assert.equal(why({ v, rv: 5, start: '../secrets/x' }), '../secrets/x');
  assert.equal(why({ v, rv: 5, start: 'default/x\u0000' }), 'nothing');
});
