import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { duplexPair, PassThrough, Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { NodePort } from '#client/node-port.ts';
import type { CommandRequest, RemoteCommand } from '#client/remote-command.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';

const asked: (CommandRequest & { readonly container: string })[] = [];
const resized: object[] = [];
let abandoned = Promise.withResolvers<void>();

/** Says "out" and "err", what it is given, and ends with 3. */
const node: NodePort = {
  logs: async function* () {
    yield Buffer.from('first\n');
    yield Buffer.from('last\n');
  },
  attach: () => Promise.reject(apiErrors.badRequest('not this one')),
  removeVolume: () => Promise.reject(apiErrors.badRequest('nor this')),
  dial: async (_pod, port) => {
    if (port === 9) throw new Error('dial tcp 127.0.0.1:9: connect: connection refused');
    const [near, far] = duplexPair();
    far.pipe(far);
    return near;
  },
  exec: async (_pod, container, request) => {
    asked.push({ ...request, container });
    const stdin = new PassThrough();
    const end = Promise.withResolvers<number>();
    const stdout = Readable.from(
      (async function* () {
        yield 'out';
        if (request.stdin) yield* stdin;
        end.resolve(3);
      })(),
      { objectMode: false },
    );
    const command: RemoteCommand = {
      stdin: request.stdin ? stdin : undefined,
      stdout,
      stderr: request.stderr ? Readable.from(['err'], { objectMode: false }) : undefined,
      ended: end.promise,
      resize: (size) => resized.push(size),
      abandon: () => abandoned.resolve(),
    };
    return command;
  },
};

let it: TestServer;
const pods = '/api/v1/namespaces/default/pods';
const whole = 'command=a&command=b+c&stdout=true&stderr=true';

before(async () => {
  it = await startTestServer({ nodes: (name) => (name === 'n' ? node : undefined) });
  const account = { metadata: { name: 'default' } };
  await it.ask('POST /api/v1/namespaces/default/serviceaccounts', { body: account });
  for (const [name, nodeName] of [
    ['bound', 'n'],
    ['waiting', undefined],
    ['lost', 'gone'],
  ] as const) {
    const containers = [{ name: 'c', image: 'i' }];
    const body = { metadata: { name }, spec: { containers, ...(nodeName === undefined ? {} : { nodeName }) } };
    const { status, text } = await it.ask(`POST ${pods}`, { body });
    assert.equal(status, 201, text);
  }
});
after(() => it.close());

function dial(path: string, protocols: readonly string[], as = 'admin'): WebSocket {
  return new WebSocket(`${it.url.replace('https', 'wss')}${path}`, [...protocols], {
    ca: it.pki.authority,
    headers: { authorization: `Bearer ${as}token` },
  });
}

/** All messages of a connection, as channel and text, until it is closed. */
async function hear(socket: WebSocket): Promise<{ readonly heard: readonly string[]; readonly code: number }> {
  const heard: string[] = [];
  socket.on('message', (data: Buffer) => heard.push(data.toString('latin1')));
  const [code] = (await once(socket, 'close')) as [number];
  return { heard, code };
}

/** Why a handshake failed. */
async function refused(path: string, protocols: readonly string[], as?: string) {
  const socket = dial(path, protocols, as);
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return [response.statusCode, JSON.parse(String(Buffer.concat(chunks)))] as const;
}

const status =
  '{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: exit status 3",' +
  '"reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}';

test('a log comes over a WebSocket as binary messages, or as text in base64, after an empty one', async () => {
  const binary = dial(`${pods}/bound/log?container=c`, ['binary.k8s.io']);
  assert.deepEqual(await hear(binary), { heard: ['', 'first\n', 'last\n'], code: 1000 });
  assert.equal(binary.protocol, 'binary.k8s.io');
  const plain = await hear(dial(`${pods}/bound/log`, []));
  assert.deepEqual(plain.heard, ['', 'first\n', 'last\n']);
  const text = await hear(dial(`${pods}/bound/log`, ['base64.binary.k8s.io']));
  assert.deepEqual(
    text.heard,
    ['', 'first\n', 'last\n'].map((line) => Buffer.from(line).toString('base64')),
  );
});

test('output comes first, then how the command ended, then goodbye', async () => {
  const socket = dial(`${pods}/bound/exec?${whole}&stdin=false&tty=false`, ['v5.channel.k8s.io']);
  const { heard, code } = await hear(socket);
  assert.equal(socket.protocol, 'v5.channel.k8s.io');
  assert.equal(heard[0], '\x01', 'an empty message on the lowest channel that is written');
  assert.deepEqual(heard.slice(1, 3).toSorted(), ['\x01out', '\x02err']);
  assert.deepEqual(heard.slice(3), [`\x03${status}`]);
  assert.equal(code, 1000);
  const request = { command: ['a', 'b c'], stdin: false, stdout: true, stderr: true, tty: false };
  const { container, command, stdin, stdout, stderr, tty } = asked.at(-1) ?? assert.fail('nothing was asked for');
  assert.deepEqual({ command, stdin, stdout, stderr, tty, container }, { ...request, container: 'c' });
});

test('every protocol has its own way of speaking', async () => {
  const base64 = (channel: number, text: string) => `${channel}${Buffer.from(text).toString('base64')}`;
  const failure = 'command terminated with non-zero exit code: exit status 3';
  const expected = {
    'v4.channel.k8s.io': ['\x01', '\x01out', `\x03${status}`],
    'v4.base64.channel.k8s.io': ['1', base64(1, 'out'), base64(3, status)],
    'channel.k8s.io': ['\x01', '\x01out', `\x03${failure}`],
    'base64.channel.k8s.io': ['1', base64(1, 'out'), base64(3, failure)],
  };
  const path = `${pods}/bound/exec?command=a&stdout=1`;
  for (const [name, messages] of Object.entries(expected)) {
    assert.deepEqual((await hear(dial(path, [name]))).heard, messages, name);
  }
  assert.deepEqual((await hear(dial(path, []))).heard, expected['channel.k8s.io']);
});

test('input, its end and the size of the terminal are handed on', async () => {
  const socket = dial(`${pods}/bound/exec?command=a&stdin=true&stdout=true&tty=true`, ['v5.channel.k8s.io']);
  const all = hear(socket);
  await once(socket, 'open');
  socket.send(Buffer.from('\x04{"Width":80,"Height":25}\n'));
  socket.send(Buffer.from('\x04{"Width":-1}'));
  socket.send(Buffer.from('\x00words'));
  socket.send(Buffer.from([255, 0]));
  const { heard } = await all;
  assert.deepEqual(heard, ['\x01', '\x01out', '\x01words', `\x03${status}`]);
  assert.deepEqual(resized, [{ width: 80, height: 25 }]);
});

test('what the node finds wrong is told in the stream', async () => {
  const { heard } = await hear(dial(`${pods}/bound/attach?stdout=true`, ['v5.channel.k8s.io']));
  assert.deepEqual(JSON.parse(heard[1]?.slice(1) ?? ''), {
    metadata: {},
    status: 'Failure',
    message: 'not this one',
    reason: 'BadRequest',
    code: 400,
  });
});

test('a refusal is the same for every kind of connection', async () => {
  const cases = [
    ['nobody', `${whole}&dryRun=All`, 400, /^dryRun is not supported$/],
    ['nobody', `${whole}`, 404, /^pods "nobody" not found$/],
    ['bound', `${whole}&container=x`, 400, /^container x is not valid for pod bound$/],
    ['waiting', whole, 400, /^pod waiting does not have a host assigned$/],
    ['bound', 'command=a', 400, /^you must specify at least 1 of stdin, stdout, stderr$/],
  ] as const;
  for (const [pod, query, code, message] of cases) {
    const path = `${pods}/${pod}/exec?${query}`;
    const [status, body] = await refused(path, ['v5.channel.k8s.io']);
    assert.equal(status, code);
    assert.match(body.message, message);
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' };
    assert.deepEqual((await it.ask(`POST ${path}`, { headers })).json, body);
  }
  const path = `${pods}/bound/exec?${whole}`;
  const [status, body] = await refused(path, ['v9.channel.k8s.io']);
  assert.equal(status, 400);
  assert.match(
    body.message,
    /^Upgrade request required: the server speaks none of the protocols that the client offers$/,
  );
  for (const method of ['GET', 'POST']) {
    const { json, status: code } = await it.ask(`${method} ${path}`);
    assert.deepEqual([code, json?.message], [400, 'Upgrade request required']);
  }
  assert.equal((await refused(`${pods}/lost/exec?${whole}`, ['v5.channel.k8s.io']))[0], 500);
});

test('to open a stream takes the right to create one, also by GET', async () => {
  const rules = [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['get'] }];
  const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  const role = { metadata: { name: 'looks' }, rules };
  assert.equal((await it.ask(`POST ${roles}/roles`, { body: role })).status, 201);
  const binding = {
    metadata: { name: 'looks' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'looks' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
  };
  assert.equal((await it.ask(`POST ${roles}/rolebindings`, { body: binding })).status, 201);
  const [status, body] = await refused(`${pods}/bound/exec?${whole}`, ['v5.channel.k8s.io'], 'alice');
  assert.equal(status, 403);
  assert.match(body.message, /^pods "bound" is forbidden: User "alice" cannot create resource "pods\/exec"/);
});

test('two channels carry a connection to a port, never in the latest protocol', async () => {
  const socket = dial(`${pods}/bound/portforward?ports=80&ports=9`, ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
  const all = hear(socket);
  await once(socket, 'open');
  assert.equal(socket.protocol, 'v4.channel.k8s.io');
  socket.send(Buffer.from('\x00\xff there and back', 'latin1'));
  const heard: string[] = [];
  for await (const [message] of on(socket, 'message')) {
    heard.push((message as Buffer).toString('latin1'));
    if (heard.length === 6) break;
  }
  const text = `error forwarding port 9 to pod bound, uid `;
  assert.deepEqual(heard.slice(0, 4).toSorted(), ['\x00P\0', '\x01P\0', '\x02\t\0', '\x03\t\0']);
  assert(heard.includes('\x00\xff there and back'));
  assert(heard.some((message) => message.startsWith(`\x03${text}`) && message.endsWith('connect: connection refused')));
  socket.close();
  assert.equal((await all).code, 1005);
});

test('ports that are none, and versions that nobody knows, are refused', async () => {
  const cases = [
    ['', /^query parameter "ports" is required$/],
    ['ports=80,x', /^unable to parse "x" as a port$/],
    ['ports=0', /^port "0" must be > 0$/],
    ['ports=65536', /^unable to parse "65536" as a port$/],
  ] as const;
  for (const [query, message] of cases) {
    const [status, body] = await refused(`${pods}/bound/portforward?${query}`, ['v4.channel.k8s.io']);
    assert.equal(status, 400);
    assert.match(body.message, message);
  }
  assert.equal((await refused(`${pods}/bound/portforward?ports=80`, ['v5.channel.k8s.io']))[0], 400);
  const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v9.channel.k8s.io, v8' };
  const { status, json } = await it.ask(`POST ${pods}/bound/exec?${whole}`, { headers });
  const versions = 'v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io';
  assert.equal(status, 403);
  assert.equal(
    json?.message,
    `unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io v8], server accepts [${versions}]`,
  );
});

test('a command is abandoned by a client that goes away, and by a server that stops', async () => {
  const path = `${pods}/bound/exec?command=a&stdin=true&stdout=true`;
  for (const end of [(socket: WebSocket) => socket.terminate(), () => it.server.drain()]) {
    abandoned = Promise.withResolvers();
    const socket = dial(path, ['v5.channel.k8s.io']);
    await once(socket, 'message');
    await once(socket, 'message');
    end(socket);
    await abandoned.promise;
  }
});
