import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { freePort, startCluster, type TestCluster } from './cluster.ts';
import { type CommandResult, runCommand, startCommand } from './commands.ts';
import { type JoinedNode, joinNode } from './joined-node.ts';
import { kubectlPath } from './kubectl.ts';

/** Answers each request with its path and how much it was given. */
const program = `require('node:http').createServer((request, response) => {
  let bytes = 0;
  request.on('data', (chunk) => { bytes += chunk.length; });
  request.on('end', () => response.end(request.url + ' ' + bytes));
}).listen(+process.argv[1], '127.0.0.1', () => console.log('listening'))`;

/** Says what it hears until it hears "end". */
const loop = 'while read word; do [ "$word" = end ] && break; echo "got $word"; done; echo over; exec sleep 600';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-joined-streams-'));
const root = '/api/v1/namespaces/default';
let cluster: TestCluster;
let node: JoinedNode | undefined;
let port = 0;
let closed = 0;

before(async () => {
  cluster = await startCluster();
  node = await joinNode(cluster, 'far');
  [port, closed] = [await freePort(), await freePort()];
  const web = {
    name: 'web',
    image: 'node',
    command: [process.execPath, '-e', program, String(port)],
    ports: [{ name: 'http', containerPort: port }],
    readinessProbe: { tcpSocket: { host: '127.0.0.1', port }, periodSeconds: 1 },
  };
  const talks = ['one', 'two'].map((name) => ({ name, image: 'busybox', stdin: true, command: ['sh', '-c', loop] }));
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', labels: { app: 'web' } },
    spec: { nodeName: 'far', terminationGracePeriodSeconds: 1, containers: [web, ...talks] },
  };
  const ports = [{ port: 80, targetPort: 'http' }];
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports },
  };
  const made = await kubectl(
    ['create', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod, service] }),
  );
  assert.equal(made.code, 0, made.stderr);
  const ready = await kubectl(['wait', '--for=condition=Ready', 'pod/p', '--timeout=60s']);
  assert.equal(ready.code, 0, ready.stderr);
});
after(async () => {
  await node?.stop();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** As kubectl speaks with streams, unless told otherwise. */
let way = {};

function kubectl(args: readonly string[], input = ''): Promise<CommandResult> {
  const env = { KUBECONFIG: cluster.kubeconfig, HOME: folder, ...way };
  return runCommand(kubectlPath('v35'), args, { env, input, timeoutMs: 60_000 });
}

const ways = {
  WebSockets: { container: 'one', env: {} },
  SPDY: {
    container: 'two',
    env: { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false', KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' },
  },
};

for (const [name, { container, env }] of Object.entries(ways)) {
  test(`commands run on a joined node, with input and output of any length (${name})`, async () => {
    way = env;
    const failed = await kubectl(['exec', 'p', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
    assert.deepEqual([failed.code, failed.stdout], [3, 'out\n']);
    assert.match(failed.stderr, /^err\n/m);
    const counted = await kubectl(['exec', '-i', 'p', '--', 'wc', '-c'], 'x'.repeat(3_000_000));
    assert.equal(counted.stdout.trim(), '3000000', counted.stderr);
    const long = await kubectl(['exec', 'p', '--', 'sh', '-c', 'head -c 3000000 /dev/zero; exit 5']);
    assert.deepEqual([long.code, long.stdout.length], [5, 3_000_000]);
  });

  test(`a container of a joined node is talked to, and its log read and followed (${name})`, async () => {
    way = env;
    const follower = cluster.watch('v35', 'logs', '-f', 'p', '-c', container);
    const attached = await kubectl(['attach', '-i', '--quiet', 'p', '-c', container], 'word\nend\n');
    assert.equal(attached.code, 0, attached.stderr);
    await follower.until(/^got word\nover\n$/);
    await follower.stop();
    assert.equal((await kubectl(['logs', 'p', '-c', container])).stdout, 'got word\nover\n');
  });

  test(`ports of pods on a joined node are forwarded (${name})`, async () => {
    way = env;
    const args = ['port-forward', 'pod/p', `:${port}`, `:${closed}`, '--address=127.0.0.1'];
    const forward = startCommand(kubectlPath('v35'), args, { KUBECONFIG: cluster.kubeconfig, HOME: folder, ...env });
    await forward.until(/(Forwarding from 127\.0\.0\.1:\d+(.|\n)*){2}/);
    const [own, ownClosed] = [...forward.output().matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, local]) => local);
    const body = 'x'.repeat(3_000_000);
    assert.equal(await post(`http://127.0.0.1:${own}/large`, body), '/large 3000000');
    const urls = Array.from({ length: 20 }, (_, index) => `/${index}`);
    const answers = await Promise.all(urls.map((url) => post(`http://127.0.0.1:${own}${url}`, url)));
    assert.deepEqual(
      answers,
      urls.map((url) => `${url} ${url.length}`),
    );
    await assert.rejects(post(`http://127.0.0.1:${ownClosed}/`, ''));
    await forward.until(
      new RegExp(`error forwarding port ${closed} to pod p, uid \\S+: dial tcp 127.0.0.1:${closed}: `),
    );
    await forward.stop();
  });
}

async function post(url: string, body: string): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body, headers: { connection: 'close' } });
  return answer.text();
}

test('pods and services on a joined node are asked through the server', async () => {
  for (const name of ['pods/p', `pods/p:${port}`, 'services/web', 'services/http:web:80']) {
    const { stdout, stderr } = await kubectl(['get', '--raw', `${root}/${name}/proxy/a?b=c`]);
    assert.equal(stdout, '/a?b=c 0', stderr);
  }
  const posted = await kubectl(['create', '--raw', `${root}/services/web/proxy/x`, '-f', '-'], 'x'.repeat(3_000_000));
  assert.equal(posted.stdout, '/x 3000000', posted.stderr);
  const refused = await kubectl(['get', '--raw', `${root}/pods/p:${closed}/proxy/`]);
  assert.match(
    refused.stderr,
    new RegExp(
      `^Error from server \\(ServiceUnavailable\\): error trying to reach service: dial tcp \\S+:${closed}: connect: connection refused\\n$`,
    ),
  );
});

test('when a joined node is lost, its pods cannot be reached, which is said', async () => {
  await node?.kill();
  const lost = /cannot reach node far at https:\/\/\S+: connect ECONNREFUSED/;
  const asked = await kubectl(['get', '--raw', `${root}/pods/p/proxy/`]);
  assert.match(asked.stderr, new RegExp(`\\(ServiceUnavailable\\): error trying to reach service: .*${lost.source}`));
  const run = await kubectl(['exec', 'p', '--', 'true']);
  assert.equal(run.code, 1);
  assert.match(run.stderr, lost);
});
