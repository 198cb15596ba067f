import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as dialTcp } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { seededRandom } from '#base/random.ts';
import type { NodePort } from '#client/node-port.ts';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { startTestServer, type TestAnswer, type TestServer } from '#server/test-server.ts';
import { patching, type Reply, startTestWebhook, type TestWebhook } from '#server/test-webhook.ts';
import { createWebhookClient } from '#wire/webhook-client.ts';

let server: TestServer;
let hook: TestWebhook;
const dialled: number[] = [];

/** Its pods listen on this machine. */
const node = {
  dial: async (_pod: unknown, port: number) => {
    dialled.push(port);
    const socket = dialTcp({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return socket;
  },
} as unknown as NodePort;

const root = '/api/v1/namespaces/default';
const configurations = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

before(async () => {
  server = await startTestServer({ nodes: () => node });
  hook = await startTestWebhook({ names: ['guard.default.svc'], ips: ['127.0.0.1'] });
  await server.ask(`POST ${root}/serviceaccounts`, { body: { metadata: { name: 'default' } } });
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const spec = { replicas: 1, selector: { matchLabels: { app: 'a' } }, template };
  await server.ask('POST /apis/apps/v1/namespaces/default/deployments', { body: { metadata: { name: 'd' }, spec } });
  await createPod('p');
});
after(async () => {
  await hook.close();
  await server.close();
});
afterEach(async () => {
  await server.ask(`DELETE ${configurations}/check`);
  hook.questions.length = 0;
});

type Fields = { readonly [field: string]: unknown };

function createPod(name: string, labels: Fields = {}): Promise<TestAnswer> {
  const spec = { nodeName: 'n', containers: [{ name: 'c', image: 'i' }] };
  return server.ask(`POST ${root}/pods`, { body: { metadata: { name, labels }, spec } });
}

async function configure(reply: Reply, webhook: Fields, clientConfig: Fields = { url: hook.url }): Promise<void> {
  hook.reply = () => reply;
  const rules = [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }];
  const webhooks = [
    {
      name: 'check.example.com',
      clientConfig: { caBundle: hook.caBundle, ...clientConfig },
      ...{ rules, sideEffects: 'None', admissionReviewVersions: ['v1'] },
      ...webhook,
    },
  ];
  const answer = await server.ask(`POST ${configurations}`, { body: { metadata: { name: 'check' }, webhooks } });
  assert.equal(answer.status, 201, answer.text);
}

function rulesFor(resource: string, operation: string): Fields {
  return { rules: [{ operations: [operation], apiGroups: ['*'], apiVersions: ['*'], resources: [resource] }] };
}

test('a scale is shown as such, and what a webhook makes of it is what is set', async () => {
  await configure(patching({ op: 'replace', path: '/spec/replicas', value: 4 }), rulesFor('*/scale', 'UPDATE'));
  const path = '/apis/apps/v1/namespaces/default/deployments/d';
  const answer = await server.ask(`PUT ${path}/scale`, { body: { metadata: { name: 'd' }, spec: { replicas: 9 } } });
  assert.deepEqual(answer.json?.spec, { replicas: 4 });
  const { kind, object, oldObject, subResource } = hook.questions[0]?.review.request as Fields;
  assert.deepEqual(kind, { group: 'autoscaling', version: 'v1', kind: 'Scale' });
  assert.deepEqual([(object as Fields).spec, (oldObject as Fields).spec], [{ replicas: 9 }, { replicas: 1 }]);
  assert.equal(subResource, 'scale');
  await server.ask(`PUT ${path}`, { body: (await server.ask(`GET ${path}`)).json });
  assert.equal(hook.questions.length, 1, 'the deployment itself is another matter');
});

test('an eviction and a command in a pod can be refused', async () => {
  await configure({ allowed: false, status: { message: 'stay' } }, {});
  const refused = 'admission webhook "check.example.com" denied the request: stay';
  const eviction = await server.ask(`POST ${root}/pods/p/eviction`, { body: { metadata: { name: 'p' } } });
  assert.equal(eviction.json?.message, refused);
  const command = await server.ask(`POST ${root}/pods/p/exec?command=ls&command=-l&container=c&stdout=true`);
  assert.equal(command.json?.message, refused);
  const proxied = await server.ask(`GET ${root}/pods/p:80/proxy/health`);
  assert.equal(proxied.json?.message, refused);
  const [evicted, executed, asked] = hook.questions.map(({ review: { request } }) => request as Fields);
  assert.deepEqual(evicted?.kind, { group: 'policy', version: 'v1', kind: 'Eviction' });
  assert.equal(executed?.operation, 'CONNECT');
  assert.deepEqual(executed?.object, {
    ...{ kind: 'PodExecOptions', apiVersion: 'v1' },
    ...{ stdout: true, container: 'c', command: ['ls', '-l'] },
  });
  assert.deepEqual(asked?.object, { kind: 'PodProxyOptions', apiVersion: 'v1', path: '/health' });
});

test('a service is reached through the node of its pod, under its own name', async () => {
  await createPod('guard', { app: 'guard' });
  const conditions = [{ type: 'Ready', status: 'True' }];
  const status = { phase: 'Running', podIP: '10.1.2.3', podIPs: [{ ip: '10.1.2.3' }], conditions };
  const patch = await server.ask(`PATCH ${root}/pods/guard/status`, {
    body: { status },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  assert.equal(patch.status, 200, patch.text);
  const ports = [{ port: 8443, targetPort: hook.port }];
  await server.ask(`POST ${root}/services`, {
    body: { metadata: { name: 'guard' }, spec: { ports, selector: { app: 'guard' } } },
  });
  const service = { namespace: 'default', name: 'guard', path: '/check', port: 8443 };
  await configure({ allowed: false }, rulesFor('configmaps', 'CREATE'), { service });
  const create = () => server.ask(`POST ${root}/configmaps`, { body: { metadata: { name: 'x' } } });
  assert.match(String((await create()).json?.message), /denied the request without explanation$/);
  assert.equal(hook.questions[0]?.path, '/check?timeout=10s');
  assert.deepEqual(dialled, [hook.port]);
  await create();
  assert.deepEqual(dialled, [hook.port], 'the connection is kept');
});

test('configurations hold after a restart', async () => {
  await configure({ allowed: false }, rulesFor('configmaps', 'CREATE'));
  const { store, clock } = server;
  const random = seededRandom('again');
  const api = await createApi({ store, clock, random, resources: catalog, callWebhook: createWebhookClient(clock) });
  const client = createLocalClient(api, { name: 'me', groups: ['system:masters'] }, 'test');
  await assert.rejects(
    client.create(configMaps, { metadata: { name: 'x', namespace: 'default' } }),
    /denied the request/,
  );
  api.close();
});
