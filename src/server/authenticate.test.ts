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

const verify = async (token: string) => (token === 'good' ? { name: 'jane', groups: [] } : undefined);

function asked(headers: object, socket: object = {}): Request {
  return { headers, socket } as never;
}

/** Whom the headers make the request to be from. */
async function whoIs(headers: object, socket?: object): Promise<string> {
  try {
    return (await createAuthenticator(verify)(asked(headers, socket))).name;
  } catch (error) {
    return (error as Error).message;
  }
}

test('a bearer token is the word after one space', async () => {
  const anonymous = 'system:anonymous';
  assert.equal(await whoIs({ authorization: 'bEARER good' }), 'jane');
  assert.equal(await whoIs({ authorization: 'Bearer good for nothing' }), 'jane');
  assert.equal(await whoIs({ authorization: 'Bearer bad' }), 'Unauthorized');
  for (const authorization of ['', 'Bearer', 'Bearer ', 'Basic good', 'good']) {
    assert.equal(await whoIs({ authorization }), anonymous, authorization);
  }
  const warnings: string[] = [];
  const notes = { annotate: () => {}, warn: (text: string) => void warnings.push(text) };
  await createAuthenticator(verify)(asked({ authorization: 'Bearer  good' }), notes);
  assert.match(warnings.join(), /contains extra space before the bearer token, and is ignored$/);
});

test('a WebSocket may bring its token as a protocol, beside another one', async () => {
  const protocol = (token: string) =>
    `base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`;
  const upgrade = { connection: 'keep-alive, Upgrade', upgrade: 'websocket' };
  const whoBrings = (...protocols: readonly string[]) =>
    whoIs({ ...upgrade, 'sec-websocket-protocol': protocols.join(', ') });
  assert.equal(await whoBrings('v4.channel.k8s.io', protocol('good')), 'jane');
  assert.equal(await whoBrings('v4.channel.k8s.io'), 'system:anonymous');
  assert.equal(await whoBrings(protocol('good')), 'Unauthorized', 'nothing to answer with');
  assert.equal(await whoBrings('v4.channel.k8s.io', protocol('good'), protocol('good')), 'Unauthorized');
  assert.equal(await whoBrings('v4.channel.k8s.io', `${protocol('good')}=`), 'Unauthorized');
  assert.equal(await whoIs({ 'sec-websocket-protocol': `a, ${protocol('good')}` }), 'system:anonymous', 'no WebSocket');
});

test('a certificate of a stranger does not stand in the way of a token that is good', async () => {
  const stranger = { authorized: false, getPeerX509Certificate: () => ({}) };
  assert.equal(await whoIs({}, stranger), 'Unauthorized');
  assert.equal(await whoIs({ authorization: 'Bearer good' }, stranger), 'jane');
});

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
