import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAuthenticator } from '#server/authenticate.ts';
import type { Request } from '#wire/listener.ts';

/** A request on a stream of its own of one HTTP/2 connection, as Node shows it. */
function requestOn(session: object, reads: { count: number }): Request {
  const certificate = {
    toLegacyObject: () => ({ subject: { CN: 'jane', O: 'builders' } }),
    fingerprint256: 'AB:CD',
  };
  const getPeerX509Certificate = (): object => {
    reads.count++;
    return certificate;
  };
  return { headers: {}, stream: { session }, socket: { authorized: true, getPeerX509Certificate } } as never;
}

test('the certificate of a connection is read once, however many requests it carries', async () => {
  const authenticate = createAuthenticator(async () => undefined);
  const reads = { count: 0 };
  const connection = {};
  for (let request = 0; request < 3; request++) {
    const user = await authenticate(requestOn(connection, reads));
    assert.equal(user.name, 'jane');
    assert.ok(user.groups.includes('builders'));
  }
  assert.equal(reads.count, 1);
  await authenticate(requestOn({}, reads));
  assert.equal(reads.count, 2);
});
