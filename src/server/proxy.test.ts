import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, connect as dialTcp, type Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import type { NodePort } from '#client/node-port.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';
import { textOf } from '#wire/http-client.ts';

let it: TestServer;
let port: number;
let closed: number;
/** Who answers for the node. */
let instead: NodePort | 'nobody' | undefined;
let rudePort: number;
const root = '/api/v1/namespaces/default';

/** Its pods listen on this machine; it names another address than theirs when nobody does, as nodes do. */
const node = {
  dial: async (_pod: unknown, port: number) => {
    const socket = dialTcp({ host: '127.0.0.1', port, allowHalfOpen: true });
    await once(socket, 'connect').catch(() => {
      throw new ApiError({ code: 500, message: `dial tcp [::1]:${port}: connect: connection refused` });
    });
    return socket;
  },
} as unknown as NodePort;

/** Tells what it was asked, as JSON; some paths have ways of their own. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  if (url === '/moved') return void response.writeHead(302, { location: '/login' }).end();
  if (url === '/cut') return void request.socket.destroy();
  if (url === '/refused') return void response.writeHead(418, { 'x-kept': 'yes', connection: 'close' }).end('no tea');
  if (url === '/slow') return void response.write('first\n');
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => response.end(JSON.stringify({ method, url, headers, body: String(Buffer.concat(chunks)) })));
}

const backend = createServer(answer);
const sockets = new WebSocketServer({ noServer: true });
backend.on('upgrade', (request, socket, head) => {
  if (request.url === '/no') return void socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno');
  sockets.handleUpgrade(request, socket, head, (accepted) => {
    accepted.send(`${request.url} ${request.headers.authorization ?? 'nobody'}`);
    accepted.on('message', (data) => accepted.send(`echo ${data}`));
  });
});

/** Says whatever its path says, byte by byte, then breaks the connection or waits, as the path says as well. */
const rude = createTcpServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {});
  socket.once('data', (request) => {
    const [, path = '', then] = /^\S+ \/(\S+)\?(\w*)/.exec(String(request)) ?? [];
    socket.write(Buffer.from(path, 'base64url'), () => then === 'break' && socket.resetAndDestroy());
    if (then === 'wait') heldOpen.emit('held', socket);
  });
});
const heldOpen = new EventEmitter();

function rudely(says: string, then: 'break' | 'wait' | '' = ''): string {
  return `${root}/pods/web:${rudePort}/proxy/${Buffer.from(says, 'latin1').toString('base64url')}?${then}`;
}

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

async function make(path: string, body: object): Promise<void> {
  const { status, text } = await it.ask(`POST ${path}`, { body });
  assert.equal(status, 201, text);
}

async function makePod(name: string, podIP: string, containerPort: number, labels = {}): Promise<void> {
  const containers = [{ name: 'c', image: 'i', ports: [{ name: 'web', containerPort }] }];
  await make(`${root}/pods`, { metadata: { name, labels }, spec: { nodeName: 'n', containers } });
  const conditions = [{ type: 'Ready', status: 'True' }];
  const body = { status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions } };
  const headers = { 'content-type': 'application/merge-patch+json' };
  assert.equal((await it.ask(`PATCH ${root}/pods/${name}/status`, { body, headers })).status, 200);
}

/** Addresses that are nobody's but the machine's own, or nobody's beyond its link. */
const insideAddresses = {
  long: '0:0:0:0:0:0:0:1',
  metadata: '169.254.169.254',
  link: 'fe80::1',
};

before(async () => {
  it = await startTestServer({ nodes: () => (instead === 'nobody' ? undefined : (instead ?? node)) });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  ({ port } = backend.address() as AddressInfo);
  rude.listen(0, '127.0.0.1');
  await once(rude, 'listening');
  ({ port: rudePort } = rude.address() as AddressInfo);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  ({ port: closed } = probe.address() as AddressInfo);
  probe.close();
  await make(`${root}/serviceaccounts`, { metadata: { name: 'default' } });
  const addresses = ['127.0.0.1', '169.254.169.254'].map((address) => ({ type: 'InternalIP', address }));
  await make('/api/v1/nodes', { metadata: { name: 'n' }, status: { addresses } });
  await makePod('web', '127.0.0.1', port, { app: 'web' });
  await makePod('inner', '127.0.0.2', port);
  for (const [name, ip] of Object.entries(insideAddresses)) await makePod(name, ip, port);
  await make(`${root}/pods`, { metadata: { name: 'young' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  const ports = [
    { name: 'one', port: 80, targetPort: 'web' },
    { name: 'two', port: 81, targetPort: closed },
  ];
  await make(`${root}/services`, { metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports } });
  const plain = [{ port: 80, targetPort: port }];
  await make(`${root}/services`, { metadata: { name: 'plain' }, spec: { selector: { app: 'web' }, ports: plain } });
  await make(`${root}/services`, { metadata: { name: 'none' }, spec: { selector: { app: 'x' }, ports: plain } });
});
after(async () => {
  await it.close();
  rude.close();
  backend.close();
  backend.closeAllConnections();
});

test('method, path, query, headers and body reach the pod, who asks does not', async () => {
  const asked = await it.ask(`POST ${root}/pods/web/proxy/a//b%2Fc/../d%20e/?x=1&watch=true&y=%20`, {
    body: 'words',
    headers: { 'x-mine': '1', 'content-type': 'text/plain', host: 'localhost' },
  });
  assert.equal(asked.status, 200, asked.text);
  const { method, url, headers, body } = asked.json as unknown as Echo;
  const { 'x-forwarded-for': by, ...others } = headers;
  assert.deepEqual(
    { method, url, body },
    { method: 'POST', url: '/a//b/c/../d%20e/?x=1&watch=true&y=%20', body: 'words' },
  );
  assert.equal(by, '127.0.0.1');
  assert.equal(others.authorization, undefined);
  assert.equal(others['x-mine'], '1');
  assert.equal(others.host, 'localhost');
  assert.equal(others['content-length'], '5');
  assert.equal(others['x-forwarded-uri'], `${root}/pods/web/proxy/a//b/c/../d%20e/`);
});

test('every method is handed on', async () => {
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const { json } = await it.ask(`${method} ${root}/pods/web:${port}/proxy/`);
    assert.deepEqual([json?.method, json?.url], [method, '/']);
  }
  assert.equal((await it.ask(`HEAD ${root}/pods/web/proxy/refused`)).status, 418);
});

test('the answer comes back as it is, redirects below the path that was asked for', async () => {
  const refused = await it.ask(`GET ${root}/pods/http:web:${port}/proxy/refused`);
  assert.deepEqual([refused.status, refused.text, refused.headers['x-kept']], [418, 'no tea', 'yes']);
  const moved = await it.ask(`GET ${root}/services/web:one/proxy/moved`);
  assert.deepEqual([moved.status, moved.headers.location], [302, `${root}/services/web:one/proxy/login`]);
  const bare = await it.ask(`GET ${root}/pods/web/proxy?a=b`);
  assert.deepEqual([bare.status, bare.headers.location], [301, `${root}/pods/web/proxy/?a=b`]);
});

test('the ready pods of a service are asked, by number, by name, or at the port without a name', async () => {
  for (const name of ['web:80', 'web:one', 'plain', 'http:plain:', 'plain:80']) {
    const { status, text } = await it.ask(`GET ${root}/services/${name}/proxy/x`);
    assert.equal(status, 200, `${name}: ${text}`);
  }
});

test('what cannot be reached is told in the words of upstream', async () => {
  const cases = [
    ['pods/nobody', 404, 'pods "nobody" not found'],
    ['pods/ftp:web:1', 400, 'invalid pod request "ftp:web:1"'],
    ['services/a:b:c:d', 400, 'invalid service request "a:b:c:d"'],
    ['pods/young', 400, 'address not allowed'],
    ['pods/inner', 400, 'address not allowed'],
    ...Object.keys(insideAddresses).map((name) => [`pods/${name}`, 400, 'address not allowed'] as const),
    ['pods/web:none', 503, 'error trying to reach service: dial tcp: lookup tcp/none: unknown port'],
    [
      `pods/web:${closed}`,
      503,
      `error trying to reach service: dial tcp 127.0.0.1:${closed}: connect: connection refused`,
    ],
    [`pods/https:web:${port}`, 503, 'error trying to reach service: http: server gave HTTP response to HTTPS client'],
    ['services/nobody', 404, 'endpoints "nobody" not found'],
    ['services/nobody:80', 404, 'services "nobody" not found'],
    ['services/web:99', 503, 'no service port 99 found for service "web"'],
    ['services/web', 503, 'no endpoints available for service "web"'],
    ['services/web:three', 503, 'no endpoints available for service "web:three"'],
    ['services/none:80', 503, 'no endpoints available for service "none"'],
    [
      'services/web:two',
      503,
      `error trying to reach service: dial tcp 127.0.0.1:${closed}: connect: connection refused`,
    ],
  ] as const;
  for (const [name, code, message] of cases) {
    const { status, json } = await it.ask(`GET ${root}/${name}/proxy/`);
    assert.deepEqual([status, json?.message], [code, message]);
  }
  const cut = await it.ask(`GET ${root}/pods/web/proxy/cut`);
  assert.deepEqual([cut.status, cut.json?.message], [503, 'error trying to reach service: EOF']);
  const dry = await it.ask(`POST ${root}/pods/web/proxy/?dryRun=All`);
  assert.deepEqual([dry.status, dry.json?.message], [400, 'dryRun is not supported']);
});

test('a pod that speaks TLS is believed, whoever vouches for it', async () => {
  const { certificate: cert, key } = it.pki.server;
  const secure = createSecureServer({ cert, key }, answer).listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const own = (secure.address() as AddressInfo).port;
  const { status, json } = await it.ask(`POST ${root}/pods/https:web:${own}/proxy/x`, { body: 'words' });
  assert.deepEqual([status, json?.url, json?.body], [200, '/x', 'words']);
  secure.close();
});

test('a node that does not connect is given up after half a minute, and what it connects then is closed', async () => {
  const { promise, resolve } = Promise.withResolvers<Duplex>();
  const asked = Promise.withResolvers<void>();
  const dial = (): Promise<Duplex> => {
    asked.resolve();
    return promise;
  };
  instead = { dial } as unknown as NodePort;
  const answering = it.ask(`GET ${root}/pods/web:80/proxy/`);
  await asked.promise;
  instead = undefined;
  await it.clock.advance(30_000);
  const { status, json } = await answering;
  assert.deepEqual([status, json?.message], [503, 'error trying to reach service: dial tcp 127.0.0.1:80: i/o timeout']);
  const [late] = duplexPair();
  resolve(late);
  await once(late, 'close');
});

test('a pod whose node is not there cannot be reached', async () => {
  instead = 'nobody';
  const { status, json } = await it.ask(`GET ${root}/pods/web/proxy/`);
  instead = undefined;
  assert.deepEqual([status, json?.message], [503, 'error trying to reach service: nobody answers for node n']);
  instead = { dial: () => Promise.reject(apiErrors.internal('it is lost')) } as unknown as NodePort;
  const lost = await it.ask(`GET ${root}/pods/web/proxy/`);
  instead = undefined;
  assert.equal(lost.json?.message, 'error trying to reach service: Internal error occurred: it is lost');
});

test('the right to ask is the right to the subresource', async () => {
  const { status, json } = await it.ask(`GET ${root}/pods/web/proxy/`, { as: 'alice' });
  assert.equal(status, 403);
  assert.match(String(json?.message), /User "alice" cannot get resource "pods\/proxy"/);
});

test('an answer is handed on while it is being made, and the pod learns when the client has gone', async () => {
  const gone = once(backend, 'request').then(([request]) => once(request.socket, 'close'));
  const { body } = await it.open(`GET ${root}/pods/web/proxy/slow`);
  const [first] = await once(body, 'data');
  assert.equal(String(first), 'first\n');
  body.destroy();
  await gone;
});

test('over HTTP/2 a body of unknown length is handed on, and no body where there is none', async () => {
  const session = connect(it.url, { ca: it.pki.authority });
  const ask = async (method: string, body: string | undefined): Promise<Echo> => {
    const headers = { ':method': method, ':path': `${root}/pods/web/proxy/h2`, authorization: 'Bearer admintoken' };
    const stream = session.request(headers, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    return JSON.parse(await textOf(stream as unknown as IncomingMessage)) as Echo;
  };
  const sent = await ask('DELETE', 'words');
  assert.deepEqual([sent.method, sent.body, sent.headers['transfer-encoding']], ['DELETE', 'words', 'chunked']);
  assert.equal(sent.headers.host, it.url.replace('https://', ''));
  const empty = await ask('GET', undefined);
  assert.deepEqual([empty.body, empty.headers['transfer-encoding'], empty.url], ['', undefined, '/h2']);
  session.close();
});

function dial(path: string): WebSocket {
  const headers = { authorization: 'Bearer admintoken' };
  return new WebSocket(`${it.url.replace('https', 'wss')}${path}`, { ca: it.pki.authority, headers });
}

test('a WebSocket that the pod does not want is answered with what the pod says', async () => {
  const socket = dial(`${root}/pods/web/proxy/no`);
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  assert.equal(response.statusCode, 403);
  assert.equal(await textOf(response), 'no');
});

test('a pod that becomes another protocol unasked, or speaks in no known status, is refused and breaks nothing', async () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: chat\r\n\r\n';
  const unasked = await it.ask(`GET ${rudely(switching, 'break')}`);
  assert.deepEqual(
    [unasked.status, unasked.json?.message],
    [503, 'error trying to reach service: backend tried to switch protocol "chat" when "" was requested'],
  );
  for (const code of ['000', '099', '101', '600', '999']) {
    const { status, json } = await it.ask(`GET ${rudely(`HTTP/1.1 ${code} x\r\ncontent-length: 0\r\n\r\n`)}`);
    const why = `net/http: HTTP/1.x transport connection broken: malformed HTTP status code "${Number(code)}"`;
    assert.deepEqual([status, json?.message], [503, `error trying to reach service: ${why}`]);
  }
  assert.equal((await it.ask('GET /livez')).status, 200);
});

test('a pod that breaks a switched connection at once breaks the client, and no more', async () => {
  const says = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
  const { host } = new URL(it.url);
  const client = connectTls({ port: Number(host.split(':')[1]), host: '127.0.0.1', ca: it.pki.authority });
  client.on('error', () => {});
  const wish = ['connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
  const key = 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==';
  const head = [
    `GET ${rudely(says, 'break')} HTTP/1.1`,
    `host: ${host}`,
    'authorization: Bearer admintoken',
    ...wish,
    key,
  ];
  client.write(`${head.join('\r\n')}\r\n\r\n`);
  client.resume();
  await once(client, 'close');
  assert.equal((await it.ask('GET /livez')).status, 200);
});

test('when the client of a switched connection has gone, the pod is left too, even if it goes on to listen', async () => {
  const held = once(heldOpen, 'held') as Promise<[Socket]>;
  const says = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
  const socket = dial(rudely(says, 'wait'));
  socket.on('error', () => {});
  const [pod] = await held;
  const told = once(pod.resume(), 'end');
  socket.terminate();
  await told;
  await it.clock.advance(10_000);
  // What it still says, nobody takes.
  while (pod.writable) await new Promise((resolve) => pod.write('words', resolve));
});

test('a WebSocket is handed on both ways, and cut when the server stops', async () => {
  const socket = dial(`${root}/pods/web/proxy/chat?room=1`);
  const [hello] = await once(socket, 'message');
  assert.equal(String(hello), '/chat?room=1 nobody');
  socket.send('words');
  const [echo] = await once(socket, 'message');
  assert.equal(String(echo), 'echo words');
  it.server.drain();
  const [code] = await once(socket, 'close');
  assert.equal(code, 1006);
});
