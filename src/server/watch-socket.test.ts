import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { openProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { ProtobufReader } from '#schema/protobuf-reader.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

let it: TestServer;
before(async () => {
  it = await startTestServer();
  await it.ask(`POST ${configMaps}`, { body: { metadata: { name: 'first' } } });
});
after(() => it.close());

interface Dialled {
  readonly socket: WebSocket;
  /** What comes, and whether it is binary. */
  next(): Promise<readonly [message: Buffer, isBinary: boolean]>;
}

function dial(
  path: string,
  protocols: readonly string[] = [],
  headers: { readonly [name: string]: string } = {},
): Dialled {
  const authorization = protocols.length === 0 ? { authorization: 'Bearer admintoken' } : {};
  const socket = new WebSocket(it.url.replace(/^https/, 'wss') + path, [...protocols], {
    ca: it.pki.authority,
    headers: { ...authorization, ...headers },
  });
  const messages = on(socket, 'message') as AsyncIterator<readonly [Buffer, boolean]>;
  return { socket, next: async () => (await messages.next()).value };
}

const changed = (name: string): Promise<unknown> =>
  it.ask(`PATCH ${configMaps}/${name}`, {
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { data: { at: String(it.clock.now()), turn: `${turn++}` } },
  });
let turn = 0;

test('each event is a message of text, and the socket closes when the watch is over', async () => {
  const { socket, next } = dial(`${configMaps}?watch=1&resourceVersion=0&timeoutSeconds=5`);
  const [first, isBinary] = await next();
  const { type, object } = JSON.parse(first.toString()) as { type: string; object: { metadata: { name: string } } };
  assert.deepEqual([type, object.metadata.name, isBinary, socket.protocol], ['ADDED', 'first', false, '']);
  for (let count = 0; count < 3; count++) {
    await changed('first');
    assert.equal(JSON.parse((await next())[0].toString()).type, 'MODIFIED');
  }
  const closed = once(socket, 'close');
  await it.clock.advance(5000);
  assert.equal((await closed)[0], 1000);
});

test('the old path with the prefix watches too', async () => {
  const { socket, next } = dial('/api/v1/watch/namespaces/default/configmaps?resourceVersion=0');
  assert.equal(JSON.parse((await next())[0].toString()).type, 'ADDED');
  socket.terminate();
});

test('in protobuf the messages are binary, each the event alone', async () => {
  const accept = 'application/vnd.kubernetes.protobuf';
  const { socket, next } = dial(`${configMaps}?watch=true&resourceVersion=0`, [], { accept });
  const [message, isBinary] = await next();
  const reader = new ProtobufReader(message);
  reader.tag();
  assert.deepEqual([isBinary, reader.string()], [true, 'ADDED']);
  reader.tag();
  const extension = reader.nested();
  extension.tag();
  assert.equal(openProtobufEnvelope(extension.slice()).kind, 'ConfigMap');
  socket.terminate();
});

test('a browser gives its token as a subprotocol, and hears the other one', async () => {
  const token = `base64url.bearer.authorization.k8s.io.${Buffer.from('admintoken').toString('base64url')}`;
  const { socket, next } = dial(`${configMaps}?watch=1&resourceVersion=0`, [token, 'events.example']);
  await next();
  assert.equal(socket.protocol, 'events.example');
  socket.terminate();
});

test('a watch that may not be is refused before there is a socket', async () => {
  for (const [path, headers, status] of [
    [`${configMaps}?watch=1`, { authorization: 'Bearer alicetoken' }, 403],
    ['/api/v1/nothing?watch=1', {}, 404],
    [`${configMaps}?watch=1`, { accept: 'application/yaml' }, 406],
  ] as const) {
    const { socket } = dial(path, [], headers);
    const [error] = await once(socket, 'error');
    assert.equal((error as Error).message, `Unexpected server response: ${status}`);
  }
});

test('an answer that is no stream is given as one to a client that wants a socket', async () => {
  const { socket } = dial(`${configMaps}?watch=false`);
  assert.match(((await once(socket, 'error'))[0] as Error).message, /: 200$/);
});

test('what a slow client does not take waits, and nothing is lost', async () => {
  const { socket, next } = dial(`${configMaps}?watch=1&resourceVersion=0`);
  await next();
  socket.pause();
  const big = { data: { text: 'x'.repeat(300_000) } };
  for (let count = 0; count < 20; count++) {
    await it.ask(`POST ${configMaps}`, { body: { metadata: { name: `big-${count}` }, ...big } });
  }
  socket.resume();
  const names: string[] = [];
  while (names.length < 20) names.push(JSON.parse((await next())[0].toString()).object.metadata.name);
  assert.deepEqual(
    names,
    Array.from({ length: 20 }, (_, count) => `big-${count}`),
  );
  socket.terminate();
});
