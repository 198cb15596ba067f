import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import { freePort, startCluster, type TestCluster } from './cluster.ts';
import { type RunningCommand, runCommand, startCommand } from './commands.ts';
import { type KubectlVersion, kubectlPath } from './kubectl.ts';

/** Answers each request with its path and how much it was given; on a second port, says what it heard once its client has said all. */
const program = `
  const { createServer } = require('node:net');
  require('node:http').createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk) => { bytes += chunk.length; });
    request.on('end', () => response.end(request.url + ' ' + bytes));
  }).listen(+process.argv[1], '127.0.0.1');
  createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.on('data', (chunk) => { text += chunk; });
    socket.on('end', () => socket.end('heard ' + text));
    socket.on('error', () => {});
  }).listen(+process.argv[2], '127.0.0.1');
`;

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-forward-'));
let cluster: TestCluster;
let http = 0;
let echo = 0;
let closed = 0;

before(async () => {
  cluster = await startCluster();
  [http, echo, closed] = [await freePort(), await freePort(), await freePort()];
  const server = {
    name: 'c',
    image: 'node',
    command: [process.execPath, '-e', program, String(http), String(echo)],
    ports: [{ name: 'http', containerPort: http }],
    readinessProbe: { tcpSocket: { host: '127.0.0.1', port: echo }, periodSeconds: 1 },
  };
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [server] },
  };
  const items = [
    { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'web' }, spec: { template } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
    },
  ];
  const manifest = path.join(folder, 'web.json');
  writeFileSync(manifest, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const made = await cluster.kubectl('v35', 'apply', '-f', manifest);
  assert.equal(made.code, 0, made.stderr);
  const ready = await cluster.kubectl('v35', 'wait', '--for=condition=Ready', 'pod', '-l', 'app=web', '--timeout=30s');
  assert.equal(ready.code, 0, ready.stderr);
});
after(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Way {
  readonly version: KubectlVersion;
  readonly env: { readonly [name: string]: string };
}

const ways: { readonly [name: string]: Way } = {
  'kubectl 1.32': { version: 'v32', env: {} },
  'kubectl 1.35': { version: 'v35', env: {} },
  // As older ones do, up to 1.30.
  'kubectl over SPDY': {
    version: 'v35',
    env: { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false', KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' },
  },
};

interface Forwarding {
  readonly command: RunningCommand;
  /** On this machine, in the order of the ports that were asked for. */
  readonly ports: readonly number[];
}

/** A kubectl that forwards ports, once it listens. */
async function forward({ version, env }: Way, target: string, ...ports: readonly number[]): Promise<Forwarding> {
  const args = ['port-forward', target, ...ports.map((port) => `:${port}`), '--address=127.0.0.1'];
  const home = { KUBECONFIG: cluster.kubeconfig, HOME: folder };
  const command = startCommand(kubectlPath(version), args, { ...home, ...env });
  const pattern = /Forwarding from 127\.0\.0\.1:(\d+)/g;
  await command.until(new RegExp(`(${pattern.source}(.|\\n)*){${ports.length}}`));
  return { command, ports: [...command.output().matchAll(pattern)].map(([, port]) => Number(port)) };
}

function ask(port: number | undefined, url: string, body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: url, method: 'POST', agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

for (const [name, way] of Object.entries(ways)) {
  test(`many connections go through one port, in both directions (${name})`, async () => {
    const { command, ports } = await forward(way, 'job/web', http, echo);
    assert.equal(await ask(ports[0], '/first'), '/first 0');
    assert.equal(await ask(ports[0], '/large', 'x'.repeat(3_000_000)), '/large 3000000');
    const urls = Array.from({ length: 50 }, (_, index) => `/parallel/${index}`);
    const answers = await Promise.all(urls.map((url) => ask(ports[0], url, url)));
    assert.deepEqual(
      answers,
      urls.map((url) => `${url} ${url.length}`),
    );
    const socket = connect({ host: '127.0.0.1', port: ports[1] ?? 0, allowHalfOpen: true });
    socket.end('all I say');
    assert.equal(String(Buffer.concat(await Array.fromAsync(socket))), 'heard all I say');
    await command.stop();
  });

  test(`a port where nobody listens is told about (${name})`, async () => {
    const { command, ports } = await forward(way, 'job/web', closed);
    await assert.rejects(ask(ports[0], '/'));
    await command.until(
      new RegExp(`error forwarding port ${closed} to pod web-\\w+, uid \\S+: dial tcp 127.0.0.1:${closed}: `),
    );
    await command.stop();
  });

  test(`a service leads to a port of one of its pods (${name})`, async () => {
    const { command, ports } = await forward(way, 'svc/web', 80);
    assert.equal(await ask(ports[0], '/service'), '/service 0');
    await command.stop();
  });
}

test('the JavaScript client reaches a port, and is told of one where nobody listens', async () => {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const { stdout } = await cluster.kubectl('v35', 'get', 'pods', '-o', 'jsonpath={.items[0].metadata.name}');
  const connectTo = async (port: number) => {
    const [output, errors, input] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const socket = await new PortForward(config).portForward('default', stdout, [port], output, errors, input);
    return { output, errors, input, closing: once(socket as unknown as NodeJS.EventEmitter, 'close') };
  };
  const { output, input, closing } = await connectTo(http);
  input.write('GET /javascript HTTP/1.1\r\nHost: pod\r\nConnection: close\r\n\r\n');
  await closing;
  assert.match(String(output.read()), /^HTTP\/1.1 200 OK\r\n[\s\S]*\/javascript 0/);
  const refused = await connectTo(closed);
  await refused.closing;
  assert.match(String(refused.errors.read()), /connect: connection refused/);
});

test('commands run over SPDY as over WebSockets', async () => {
  const way = ways['kubectl over SPDY'];
  const kubectl = (args: readonly string[], input = '') =>
    runCommand(kubectlPath('v35'), args, {
      env: { KUBECONFIG: cluster.kubeconfig, HOME: folder, ...way?.env },
      input,
    });
  const failed = await kubectl(['exec', 'job/web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
  assert.deepEqual([failed.code, failed.stdout], [3, 'out\n']);
  assert.match(failed.stderr, /^err\n/);
  const text = 'x'.repeat(3_000_000);
  const counted = await kubectl(['exec', '-i', 'job/web', '--', 'wc', '-c'], text);
  assert.equal(counted.stdout.trim(), '3000000');
  const unread = await kubectl(['exec', '-i', 'job/web', '--', 'sh', '-c', 'exit 4'], text);
  assert.equal(unread.code, 4);
  const long = await kubectl(['exec', 'job/web', '--', 'sh', '-c', 'head -c 10485760 /dev/zero; exit 5']);
  assert.deepEqual([long.code, long.stdout.length], [5, 10_485_760]);
  const missing = await kubectl(['exec', 'nobody', '--', 'ls']);
  assert.equal(missing.stderr, 'Error from server (NotFound): pods "nobody" not found\n');
});
