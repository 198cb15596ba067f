import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, duplexPair, PassThrough, Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { present } from '#base/assert.ts';
import { silentLogger } from '#base/log.ts';
import type { LogOptions, NodePort } from '#client/node-port.ts';
import type { CommandRequest } from '#client/remote-command.ts';
import { createRemoteNode } from '#client/remote-nodes.ts';
import { ApiError } from '#kinds/meta/errors.ts';
import { nodes } from '#kinds/node/node.ts';
import { clusterRoleBindings } from '#kinds/rbac/bindings.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { openNodeFace } from '#node/face/node-face.ts';
import { bind, reaches, type World, world } from '#node/test-world.ts';
import { createHttpClient, type Endpoint, textOf } from '#wire/http-client.ts';
import type { Listener } from '#wire/listener.ts';
import { certifyNode, openPki, type Pki } from '#wire/pki/pki.ts';

const options: LogOptions = { follow: false, previous: false, timestamps: false, stream: 'All' };
const never = new AbortController().signal;

let directory: string;
let pki: Pki;
let it: World;
let face: Listener;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sampan-face-'));
  pki = await openPki(directory, { now: Date.now() });
  it = await world();
  face = await openNodeFace({
    name: 'n1',
    host: '127.0.0.1',
    port: 0,
    certificate: await nodePair('n1'),
    authority: pki.authority,
    node: () => it.agent,
    client: it.client,
    clock: it.clock,
    log: silentLogger,
  });
});
after(async () => {
  await face.close(AbortSignal.abort());
  await it.agent.stop();
  await rm(directory, { recursive: true });
});

/** Says where the node is: the agent, made before its face, would say that it has none. */
async function publish(name: string, port = face.port): Promise<void> {
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
  const status = { addresses, daemonEndpoints: { kubeletEndpoint: { Port: port } } };
  await it.client.patch(nodes, { name }, { type: 'merge', body: { status } }, { subresource: 'status' });
}

async function nodePair(name: string): Promise<{ readonly certificate: string; readonly key: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = { commonName: `system:node:${name}`, organizations: ['system:nodes'], names: [name], ips: [] };
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const certificate = await certifyNode(pki, subject, spki, Date.now());
  return { certificate, key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function ask(path: string, as: Partial<Endpoint>, method = 'GET'): Promise<readonly [number, string]> {
  const server = `https://127.0.0.1:${face.port}`;
  const http = createHttpClient({ server, authority: pki.authority, serverName: 'n1', ...as });
  try {
    const { status, body } = await http.send({ method, path });
    return [status, await textOf(body)];
  } finally {
    http.close();
  }
}

test('the API server reads logs of a node in another process as if it were its own', async () => {
  await bind(it, { simulate: { run: '60s', log: 'one\ntwo' } });
  const pod = await reaches(it, 'Running');
  await publish('n1');
  const node = createRemoteNode('n1', {
    client: it.client,
    credentials: () => ({ authority: pki.authority, ...pki.admin }),
  });
  assert.equal(await collect(node.logs(pod, 'c', options, never)), 'one\ntwo\n');
  assert.equal(await collect(node.logs(pod, 'c', { ...options, tailLines: 1 }, never)), 'two\n');
  const none = node.logs(pod, 'c', { ...options, previous: true }, never);
  await assert.rejects(collect(none), {
    code: 400,
    message: 'previous terminated container "c" in pod "p" not found',
  });
  const unknown = { ...pod, metadata: { ...pod.metadata, name: 'other' } };
  await assert.rejects(collect(node.logs(unknown, 'c', options, never)), { code: 404 });
  let begun = (): void => {};
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const followed = (async () => {
    let text = '';
    for await (const chunk of node.logs(pod, 'c', { ...options, follow: true }, never)) {
      text += Buffer.from(chunk).toString();
      begun();
    }
    return text;
  })();
  await first;
  await it.clock.advance(60_000);
  assert.equal(await followed, 'one\ntwo\n', 'ends with the container');
});

test('the API server runs a command on a node in another process', async () => {
  const pod = await bind(it, { name: 'commanded', simulate: { run: '600s' } });
  const sent = Promise.withResolvers<string>();
  const asked: CommandRequest[] = [];
  const port: NodePort = {
    ...it.agent.port,
    exec: async (_pod, _container, request) => {
      asked.push(request);
      const stdin = new PassThrough();
      sent.resolve(textOf(stdin));
      const stdout = Readable.from(['out'], { objectMode: false });
      const ended = sent.promise.then(() => 3);
      return { stdin, stdout, stderr: undefined, ended, resize: () => {}, abandon: () => {} };
    },
  };
  const other = await openNodeFace({
    name: 'n1',
    host: '127.0.0.1',
    port: 0,
    certificate: await nodePair('n1'),
    authority: pki.authority,
    node: () => ({ port, pods: () => [pod] }),
    client: it.client,
    clock: it.clock,
    log: silentLogger,
  });
  await publish('n1', other.port);
  const credentials = () => ({ authority: pki.authority, ...pki.admin });
  const node = createRemoteNode('n1', { client: it.client, credentials });
  const request = { command: ['a b', '&'], stdin: true, stdout: true, stderr: true, tty: true };
  const command = await node.exec(pod, 'c', request);
  command.stdin?.end('words');
  assert(command.stdout !== undefined);
  assert.equal(await collect(command.stdout), 'out');
  assert.equal(await command.ended, 3);
  assert.equal(await sent.promise, 'words', 'the end of the input is told');
  assert.deepEqual(asked, [request]);

  const attached = await node.attach(pod, 'c', request);
  await assert.rejects(attached.ended, { code: 400, message: /takes no input/ });
  const ghost = await node.attach(pod, 'ghost', { ...request, stdin: false });
  await assert.rejects(ghost.ended, { code: 500, message: 'container not found ("ghost")' });
  const nothing = { ...request, stdin: false, stdout: false, stderr: false };
  await assert.rejects(node.exec(pod, 'c', nothing), { code: 400 });
  const stranger = createRemoteNode('n1', { client: it.client, credentials: () => ({ authority: pki.authority }) });
  await assert.rejects(stranger.exec(pod, 'c', request), { code: 401 });
  await other.close(AbortSignal.abort());
});

test('the API server reaches the ports of a pod on a node in another process', async () => {
  const pod = await bind(it, { name: 'listening', simulate: { run: '600s' } });
  const dialled: number[] = [];
  const far: Duplex[] = [];
  const port: NodePort = {
    ...it.agent.port,
    dial: async (_pod, number) => {
      dialled.push(number);
      if (number === 81)
        throw new ApiError({ code: 500, message: 'dial tcp 127.0.0.1:81: connect: connection refused' });
      const [near, pods] = duplexPair();
      far.push(pods);
      return near;
    },
  };
  const other = await openNodeFace({
    name: 'n1',
    host: '127.0.0.1',
    port: 0,
    certificate: await nodePair('n1'),
    authority: pki.authority,
    node: () => ({ port, pods: () => [pod] }),
    client: it.client,
    clock: it.clock,
    log: silentLogger,
  });
  await publish('n1', other.port);
  const credentials = () => ({ authority: pki.authority, ...pki.admin });
  const node = createRemoteNode('n1', { client: it.client, credentials });
  const connection = await node.dial(pod, 80);
  connection.end('words');
  // A loop over a stream would destroy it, and the direction that goes on with it.
  const pods = present(far[0], 'the end of the pod');
  const heard: Buffer[] = [];
  pods.on('data', (chunk: Buffer) => heard.push(chunk));
  await once(pods, 'end');
  assert.equal(String(Buffer.concat(heard)), 'words', 'the end of one direction is told');
  pods.end('answer');
  assert.equal(await collect(connection), 'answer');

  const broken = await node.dial(pod, 80);
  const lost = new Promise((resolve) => {
    const cut = present(far[1], 'the end of the pod');
    cut.on('error', () => {});
    cut.once('close', resolve);
  });
  broken.destroy();
  await lost;
  await assert.rejects(node.dial(pod, 81), /^ApiError: .*dial tcp 127.0.0.1:81: connect: connection refused/);
  assert.deepEqual(dialled, [80, 80, 81]);
  await assert.rejects(node.dial({ ...pod, metadata: { ...pod.metadata, name: 'other' } }, 80), { code: 404 });
  await assert.rejects(it.agent.port.dial(pod, 80), /connection refused: the pod is simulated/);
  const plain = await ask('/portForward/default/listening?port=80', {
    ...pki.admin,
    server: `https://127.0.0.1:${other.port}`,
  });
  assert.equal(plain[0], 400);
  await other.close(AbortSignal.abort());
});

test('a stranger at the address of a node is not taken for it', async () => {
  await it.client.create(nodes, { metadata: { name: 'n2' }, spec: {} });
  for (const name of ['n1', 'n2']) await publish(name);
  const other = createRemoteNode('n2', { client: it.client, credentials: () => ({ authority: pki.authority }) });
  const pod = await bind(it, { name: 'q', simulate: {} });
  await assert.rejects(collect(other.logs(pod, 'c', options, never)), /cannot reach node n2 at .*: .*altnames/);
  const untrusted = createRemoteNode('n1', { client: it.client, credentials: () => ({ authority: pki.authority }) });
  await assert.rejects(collect(untrusted.logs(pod, 'c', options, never)), { code: 401 });
  const gone = createRemoteNode('n9', { client: it.client, credentials: () => pki.admin });
  await assert.rejects(collect(gone.logs(pod, 'c', options, never)), { code: 404 });
});

test('only who may proxy to nodes gets anything of one', async () => {
  assert.deepEqual(await ask('/healthz', pki.admin), [200, 'ok']);
  const [code, text] = await ask('/pods', pki.admin);
  assert.equal(code, 200);
  assert.equal(JSON.parse(text).kind, 'PodList');
  assert.equal((await ask('/healthz', {}))[0], 401);
  assert.equal((await ask('/healthz', { token: 'nonsense' }))[0], 401);
  const neighbour = await ask('/pods', await nodePair('n3'));
  assert.equal(neighbour[0], 403);
  assert.match(
    neighbour[1],
    /Forbidden \(user=system:node:n3, verb=get, resource=nodes, subresource\(s\)=\[pods proxy\]\)/,
  );
  const account = { namespace: 'default', name: 'default' };
  const wish = { metadata: {}, spec: { audiences: [] } };
  const made = await it.client.createSubresource(serviceAccounts, account, 'token', wish);
  const { token } = (made as { readonly status: { readonly token: string } }).status;
  assert.equal((await ask('/pods', { token }))[0], 403);
  await it.client.create(clusterRoleBindings, {
    metadata: { name: 'watchman' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:kubelet-api-admin' },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  });
  assert.equal((await ask('/pods', { token }))[0], 403, 'the answer is remembered');
  await it.clock.advance(31_000);
  assert.equal((await ask('/pods', { token }))[0], 200);
  assert.equal((await ask('/pods', pki.admin, 'POST'))[0], 405);
  assert.equal((await ask('/nowhere', pki.admin))[0], 404);
  assert.equal((await ask('/containerLogs/default/p/c?follow=maybe', pki.admin))[0], 400);
  assert.equal((await ask('/%zz', pki.admin))[0], 400);
  assert.equal((await ask('//', {}))[0], 400);
});

test('the API server lets a node in another process remove the directory of a volume', async () => {
  const removed: string[] = [];
  const port: NodePort = { ...it.agent.port, removeVolume: async (name) => void removed.push(name) };
  const other = await openNodeFace({
    ...{ name: 'n1', host: '127.0.0.1', port: 0, certificate: await nodePair('n1'), authority: pki.authority },
    ...{ client: it.client, clock: it.clock, log: silentLogger, node: () => ({ port, pods: () => [] }) },
  });
  try {
    const server = `https://127.0.0.1:${other.port}`;
    const http = createHttpClient({ server, authority: pki.authority, serverName: 'n1', ...pki.admin });
    const send = async (path: string): Promise<number> => {
      const { status, body } = await http.send({ method: 'DELETE', path });
      await textOf(body);
      return status;
    };
    assert.equal(await send('/volumes/pvc-1'), 200);
    assert.equal(await send('/volumes/'), 405);
    http.close();
    const nobody = createHttpClient({ server, authority: pki.authority, serverName: 'n1' });
    assert.equal((await nobody.send({ method: 'DELETE', path: '/volumes/pvc-2' })).status, 401);
    nobody.close();
    assert.deepEqual(removed, ['pvc-1']);
  } finally {
    await other.close(AbortSignal.abort());
  }
});
