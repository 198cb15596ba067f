import assert from 'node:assert/strict';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createGrpcServer, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { systemClock } from '#base/clock.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Probe } from '#kinds/pod/schema/probes.ts';
import { check } from '#node/probes/checker.ts';
import type { ExecResult } from '#node/runtime/runtime.ts';

const closers: (() => void)[] = [];
after(() => {
  for (const close of closers) close();
});

/** The port it listens on. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const serve = (answer: RequestListener): Promise<number> => listen(createHttpServer(answer));

async function unusedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function run(probe: object, container: object = {}, exec?: () => Promise<ExecResult>) {
  const runtime = { exec: exec ?? (() => Promise.reject(new Error('nothing to run here'))) };
  const target = { container: { name: 'c', ...container } as Container, id: 'id', podIP: '127.0.0.1' };
  return check({ timeoutSeconds: 1, ...probe } as Probe, target, { runtime, clock: systemClock });
}

test('httpGet passes from 200 to 399 and fails with the code otherwise', async () => {
  const port = await serve((request, response) => {
    response.writeHead(Number(request.url?.slice(1))).end('body');
  });
  for (const code of [200, 204, 399]) {
    assert.equal((await run({ httpGet: { path: `/${code}`, port } })).outcome, 'success', String(code));
  }
  for (const code of [400, 404, 500]) {
    const failed = { outcome: 'failure', output: `HTTP probe failed with statuscode: ${code}` };
    assert.deepEqual(await run({ httpGet: { path: String(code), port } }), failed);
  }
});

test('httpGet sends its own headers, finds a port by name, and may drop the usual ones', async () => {
  let seen: { [name: string]: unknown } = {};
  const port = await serve((request, response) => {
    seen = request.headers;
    response.end();
  });
  const ports = [{ name: 'web', containerPort: port }];
  await run({ httpGet: { port: 'web', httpHeaders: [{ name: 'Host', value: 'example.com' }] } }, { ports });
  assert.equal(seen.host, 'example.com');
  assert.equal(seen['user-agent'], 'kube-probe/1.36');
  assert.equal(seen.accept, '*/*');
  await run({ httpGet: { port, httpHeaders: [{ name: 'Accept', value: '' }] } });
  assert.equal(seen.accept, undefined);
  const unnamed = await run({ httpGet: { port: 'none' } }, { ports });
  assert.deepEqual(unnamed, { outcome: 'error', output: `couldn't find port: "none" in container ports` });
});

test('httpGet follows redirects on its host, and warns of one that leads elsewhere', async () => {
  const port = await serve((request, response) => {
    const away = request.url === '/away' ? 'http://example.invalid/' : '/end';
    if (request.url === '/end') response.writeHead(500).end();
    else response.writeHead(302, { location: away }).end();
  });
  assert.equal((await run({ httpGet: { path: '/here', port } })).output, 'HTTP probe failed with statuscode: 500');
  assert.equal((await run({ httpGet: { path: '/away', port } })).outcome, 'warning');
});

test('httpGet tells who refused, and who did not answer in time', async () => {
  const port = await unusedPort();
  const refused = `Get "http://127.0.0.1:${port}/x": dial tcp 127.0.0.1:${port}: connect: connection refused`;
  assert.deepEqual(await run({ httpGet: { path: '/x', port } }), { outcome: 'failure', output: refused });
  const silent = await serve(() => {});
  const late = await run({ httpGet: { port: silent }, timeoutSeconds: 0.05 });
  assert.equal(late.outcome, 'failure');
  assert.match(late.output, /^Get "http:.*": context deadline exceeded/);
});

test('tcpSocket passes when somebody listens', async () => {
  const port = await listen(createServer((socket) => socket.destroy()));
  assert.equal((await run({ tcpSocket: { port } })).outcome, 'success');
  const closed = await unusedPort();
  const output = `dial tcp 127.0.0.1:${closed}: connect: connection refused`;
  assert.deepEqual(await run({ tcpSocket: { port: closed } }), { outcome: 'failure', output });
});

/** A health service that knows two services; answers as gRPC servers do, with trailers. */
async function healthServer(): Promise<number> {
  const server = createGrpcServer();
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const name = Buffer.concat(chunks).subarray(7).toString();
      const known = headers[':path'] === '/grpc.health.v1.Health/Check' && name !== 'other';
      const head = { ':status': 200, 'content-type': 'application/grpc' };
      if (!known) {
        stream.respond({ ...head, 'grpc-status': '12', 'grpc-message': 'unknown%20service' }, { endStream: true });
        return;
      }
      stream.respond(head, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, name === 'sick' ? 2 : 1]));
    });
  });
  return listen(server as unknown as Server);
}

test('grpc asks the health service and passes when it serves', async () => {
  const port = await healthServer();
  assert.deepEqual(await run({ grpc: { port, service: '' } }), { outcome: 'success', output: 'service healthy' });
  const sick = { outcome: 'failure', output: 'service unhealthy (responded with "NOT_SERVING")' };
  assert.deepEqual(await run({ grpc: { port, service: 'sick' } }), sick);
  const other = await run({ grpc: { port, service: 'other' } });
  assert.match(other.output, /does not implement the grpc health protocol .*: unknown service$/);
});

test('grpc fails when nobody answers', async () => {
  const port = await unusedPort();
  const refused = await run({ grpc: { port, service: '' } });
  assert.match(refused.output, /^error: failed to connect service at "127.0.0.1:\d+": .*connection refused$/);
  const silent = await listen(createServer((socket) => closers.push(() => socket.destroy())));
  const late = await run({ grpc: { port: silent, service: '' }, timeoutSeconds: 0.05 });
  assert.match(late.output, /^timeout: failed to connect service .* within 0.05s/);
});

test('exec passes with exit code 0, fails with another or when it takes too long, and errs when it cannot run', async () => {
  const exec = { command: ['test', '$(A)'] };
  const result =
    (exitCode: number, timedOut = false) =>
    async () => ({ exitCode, output: 'out', timedOut });
  assert.deepEqual(await run({ exec }, {}, result(0)), { outcome: 'success', output: 'out' });
  assert.deepEqual(await run({ exec }, {}, result(3)), { outcome: 'failure', output: 'out' });
  const env = [{ name: 'A', value: 'b' }];
  const late = { outcome: 'failure', output: 'command timed out: "test b" timed out after 1s' };
  assert.deepEqual(await run({ exec }, { env }, result(137, true)), late);
  assert.deepEqual(await run({ exec }), { outcome: 'error', output: 'nothing to run here' });
});
