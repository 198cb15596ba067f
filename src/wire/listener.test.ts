import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { createHttpClient, linesOf, textOf } from '#wire/http-client.ts';
import { type Listener, openListener, type Request, type Response } from '#wire/listener.ts';
import { openPki, type Pki } from '#wire/pki/pki.ts';

let directory = '';
let pki: Pki;
let listener: Listener;

/** Answers with the HTTP version and who the client's certificate names; `/slow` never ends by itself. */
function answer(request: Request, response: Response): void {
  const socket = request.socket as TLSSocket;
  const subject = socket.authorized ? (socket.getPeerX509Certificate()?.subject ?? '') : 'nobody';
  response.writeHead(200, { 'content-type': 'text/plain' });
  if (request.url === '/slow') response.write('begun\n');
  else response.end(`${request.httpVersion} ${subject.replaceAll('\n', ',')}\n`);
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sampan-listener-'));
  pki = await openPki(directory, { now: Date.now() });
  listener = await openListener({
    host: '127.0.0.1',
    port: 0,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest: answer,
  });
});
after(() => rm(directory, { recursive: true }));

test('one port speaks HTTP/1.1 and HTTP/2, and knows a client by its certificate', async () => {
  const server = `https://127.0.0.1:${listener.port}`;
  const admin = { certificate: pki.admin.certificate, key: pki.admin.key };
  const first = createHttpClient({ server, authority: pki.authority, ...admin });
  for (let round = 0; round < 2; round++) {
    const { body } = await first.send({ method: 'GET', path: '/' });
    assert.equal(await textOf(body), '1.1 O=system:masters,CN=kubernetes-admin\n');
  }
  first.close();

  const session = connect(server, { ca: pki.authority, cert: admin.certificate, key: admin.key });
  const stream = session.request({ ':path': '/' });
  assert.equal(await textOf(stream), '2.0 O=system:masters,CN=kubernetes-admin\n');
  session.close();
});

test('a port that is taken, and an address that is not of this machine, are named', async () => {
  const open = (host: string, port: number): Promise<Listener> =>
    openListener({ host, port, server: pki.server, clientAuthority: pki.authority, onRequest: answer });
  const { port } = listener;
  const taken = (host: string) => ({
    name: 'ListenError',
    message: `Cannot listen on ${host}:${port}: another program listens there. Choose another port (0 takes a free one)`,
  });
  await assert.rejects(open('127.0.0.1', port), taken('127.0.0.1'));
  await assert.rejects(open('localhost', port), taken('localhost'));
  await assert.rejects(
    open('192.0.2.1', 0),
    /^ListenError: Cannot listen on 192\.0\.2\.1:0: this machine has no such address/,
  );
});

test('what is no HTTP is told so', async () => {
  const answers: readonly (readonly [sent: string, answer: RegExp])[] = [
    ['GET / HTTP/9.9\r\n\r\n', /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*400 Bad Request$/],
    [`GET / HTTP/1.1\r\na: ${'b'.repeat(1_100_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ];
  for (const [sent, answer] of answers) {
    const socket = connectTls({
      port: listener.port,
      host: '127.0.0.1',
      ca: pki.authority,
      ALPNProtocols: ['http/1.1'],
    });
    socket.on('error', () => {});
    socket.write(sent);
    assert.match(await textOf(socket), answer);
  }
});

test('a refused upgrade ends its connection, whatever else its client sends', { timeout: 20_000 }, async (context) => {
  const ended: Promise<unknown>[] = [];
  const own = await openListener({
    host: '127.0.0.1',
    port: 0,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest: answer,
    upgrades: {
      paths: /exec/,
      onUpgrade: ({ socket }, response) => {
        ended.push(once(socket, 'close'));
        response.writeHead(404).end('refused');
      },
    },
  });
  // If it fails, the connections that stand would hold the whole run.
  context.after(() => own.close(AbortSignal.abort()));
  const head = 'GET /exec HTTP/1.1\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n';
  for (const leave of [(client: TLSSocket) => void client.destroy(), (client: TLSSocket) => void client.end()]) {
    const client = connectTls({ port: own.port, host: '127.0.0.1', ca: pki.authority, ALPNProtocols: ['http/1.1'] });
    client.on('error', () => {});
    client.write(head);
    const [answered] = await once(client, 'data');
    client.write('more that nobody asked for');
    assert.match(String(answered), /^HTTP\/1\.1 404 /);
    leave(client);
  }
  await Promise.all(ended);
  assert.equal(ended.length, 2);
  await own.close(new AbortController().signal);
});

test('a client that never ends its answered request is cut off, one that does is kept', {
  timeout: 30_000,
}, async () => {
  const own = await openListener({
    host: '127.0.0.1',
    port: 0,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest: (_request, response) => void response.writeHead(403).end('no'),
  });
  const send = (rest: string): TLSSocket => {
    const client = connectTls({ port: own.port, host: '127.0.0.1', ca: pki.authority, ALPNProtocols: ['http/1.1'] });
    client.on('error', () => {});
    client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n');
    client.once('data', () => client.write(rest));
    return client;
  };
  const [silent, ending] = [send('12345'), send('1234567890')];
  const isKept = Promise.race([once(ending, 'close').then(() => false), once(silent, 'close').then(() => true)]);
  assert.equal(await isKept, true);
  ending.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [again] = await once(ending, 'data');
  assert.match(String(again), /^HTTP\/1\.1 403 /);
  ending.destroy();
  await own.close(AbortSignal.abort());
});

test('without a certificate, or with one of another authority, a client is nobody', async () => {
  const other = await mkdtemp(join(tmpdir(), 'sampan-listener-'));
  const stranger = (await openPki(other, { now: Date.now() })).admin;
  for (const identity of [{}, { certificate: stranger.certificate, key: stranger.key }]) {
    const client = createHttpClient({
      server: `https://localhost:${listener.port}`,
      authority: pki.authority,
      ...identity,
    });
    const { body } = await client.send({ method: 'GET', path: '/' });
    assert.equal(await textOf(body), '1.1 nobody\n');
    client.close();
  }
  await rm(other, { recursive: true });
});

test('a server signed by somebody else is not trusted', async () => {
  const client = createHttpClient({ server: `https://127.0.0.1:${listener.port}` });
  await assert.rejects(client.send({ method: 'GET', path: '/' }));
  client.close();
});

test('a connection of HTTP/2 ends when it has had no request for a while, and not before its last answer', {
  timeout: 20_000,
}, async () => {
  const short = await openListener({
    host: '127.0.0.1',
    port: 0,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest: answer,
    idleMs: 20,
  });
  const open = () => connect(`https://127.0.0.1:${short.port}`, { ca: pki.authority });
  const busy = open();
  const slow = busy.request({ ':path': '/slow' });
  await once(slow, 'response');
  for (const used of [false, true]) {
    const idle = open();
    if (used) await textOf(idle.request({ ':path': '/' }));
    await once(idle, 'close');
  }
  assert.deepEqual([busy.closed, busy.destroyed], [false, false]);
  slow.close();
  await once(busy, 'close');
  await short.close(AbortSignal.abort());
});

test('kept connections do not hold a closing port open, whenever they fall idle', async () => {
  const own = await openListener({
    host: '127.0.0.1',
    port: 0,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest: (request, response) => {
      response.writeHead(200).flushHeaders();
      if (request.url === '/slow') finish = () => response.end('done');
      else response.end();
    },
  });
  let finish = (): void => {};
  const client = createHttpClient({ server: `https://127.0.0.1:${own.port}`, authority: pki.authority });
  await textOf((await client.send({ method: 'GET', path: '/' })).body);
  const slow = await client.send({ method: 'GET', path: '/slow' });
  const session = connect(`https://127.0.0.1:${own.port}`, { ca: pki.authority });
  await textOf(session.request({ ':path': '/' }));
  const closed = own.close(new AbortController().signal);
  finish();
  assert.equal(await textOf(slow.body), 'done');
  await closed;
  client.close();
});

test('closing waits for answers under way, and cuts them when told to', async () => {
  const client = createHttpClient({ server: `https://127.0.0.1:${listener.port}`, authority: pki.authority });
  const { body } = await client.send({ method: 'GET', path: '/slow' });
  const lines = linesOf(body);
  assert.deepEqual(await lines.next(), { value: 'begun', done: false });
  const cut = new AbortController();
  let closed = false;
  const closing = listener.close(cut.signal).then(() => {
    closed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(closed, false);
  cut.abort();
  await closing;
  await assert.rejects(lines.next());
  client.close();
});
