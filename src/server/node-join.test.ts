import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { microTimestamp } from '#kinds/meta/time.ts';
import { startTestServer, type TestAnswer, type TestServer } from '#server/test-server.ts';
import { createHttpClient, textOf } from '#wire/http-client.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
const bearer = { authorization: 'Bearer abcdef.0123456789abcdef' };
const asMachine = { as: 'nobody', headers: bearer } as const;

let it: TestServer;
before(async () => {
  it = await startTestServer();
  const token = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };
  const metadata = { name: 'bootstrap-token-abcdef' };
  const secret = {
    kind: 'Secret',
    apiVersion: 'v1',
    metadata,
    type: 'bootstrap.kubernetes.io/token',
    stringData: token,
  };
  assert.equal(
    (await it.ask('POST /api/v1/namespaces/kube-system/secrets', { as: 'admin', body: secret })).status,
    201,
  );
});
after(() => it.close());

function join(name: string, request: object = asMachine, body: object = {}): Promise<TestAnswer> {
  return it.ask(`POST /join/nodes/${name}`, {
    ...request,
    body: { publicKey: pem, addresses: ['10.0.0.5'], ...body },
  });
}

test('the holder of a bootstrap token gets a certificate by which its key is that node, to both sides', async () => {
  const answer = await join('n5');
  assert.equal(answer.status, 201);
  const { certificate, authority } = answer.json as { readonly certificate: string; readonly authority: string };
  assert.equal(authority, it.pki.authority);
  const issued = new X509Certificate(certificate);
  assert.equal(issued.subject, 'O=system:nodes\nCN=system:node:n5');
  assert.ok(issued.checkPrivateKey(privateKey));
  assert.deepEqual([issued.checkHost('n5'), issued.checkIP('10.0.0.5')], ['n5', '10.0.0.5']);
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const node = createHttpClient({ server: it.url, authority, certificate, key });
  const ask = async (method: string, path: string, body?: string): Promise<number> => {
    const answered = await node.send({ method, path, ...(body === undefined ? {} : { body }) });
    await textOf(answered.body);
    return answered.status;
  };
  assert.equal(await ask('GET', '/api/v1/nodes/n5'), 404, 'may look at its own node');
  assert.equal(await ask('GET', '/api/v1/nodes/n6'), 403, 'and at no other');
  const body = JSON.stringify({ publicKey: pem, addresses: [] });
  assert.equal(await ask('POST', '/join/nodes/n5', body), 201, 'may renew its own certificate');
  assert.equal(await ask('POST', '/join/nodes/n6', body), 403);
  node.close();
});

test('a name is given to one machine at a time', async () => {
  const lives = async (name: string, ready: string): Promise<void> => {
    const conditions = [{ type: 'Ready', status: ready }];
    const body = { kind: 'Node', apiVersion: 'v1', metadata: { name }, status: { conditions } };
    assert.equal((await it.ask('POST /api/v1/nodes', { as: 'admin', body })).status, 201);
  };
  await lives('alive', 'True');
  await lives('lost', 'Unknown');
  const refused = await join('alive');
  assert.equal(refused.status, 409);
  assert.match(
    refused.text,
    /belongs to a node that is alive\. Choose another with --name; or, .* kubectl delete node alive/,
  );
  assert.equal((await join('lost')).status, 201);
  assert.match((await join('own')).text, /belongs to a node of the server itself/);
  const spec = { holderIdentity: 'alive', leaseDurationSeconds: 40, renewTime: microTimestamp(it.clock.now()) };
  const lease = { kind: 'Lease', apiVersion: 'coordination.k8s.io/v1', metadata: { name: 'alive' }, spec };
  const made = await it.ask('POST /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
    as: 'admin',
    body: lease,
  });
  assert.equal(made.status, 201, made.text);
  assert.equal((await join('alive')).status, 409);
  await it.clock.advance(41_000);
  assert.equal((await join('alive')).status, 201, 'its lease has run out, whatever the status still says');
});

test('who may not join, or brings nonsense, is told so', async () => {
  assert.equal((await join('x', { as: 'nobody' })).status, 403);
  assert.equal((await join('x', { as: 'alice' })).status, 403);
  assert.equal((await join('x', { as: 'nobody', headers: { authorization: 'Bearer abcdef.x' } })).status, 401);
  assert.equal((await it.ask('GET /join/nodes/x', { as: 'admin' })).status, 405);
  const nonsense: readonly (readonly [string, object])[] = [
    ['Upper', {}],
    ['x', { publicKey: 'no key' }],
    ['x', { publicKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) }],
    ['x', { addresses: ['example.org'] }],
    ['x', { addresses: 'all' }],
  ];
  for (const [name, body] of nonsense)
    assert.equal((await join(name, asMachine, body)).status, 400, JSON.stringify(body));
});
