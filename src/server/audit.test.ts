import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { AuditLevel, AuditPolicy } from '#api/audit/policy.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';

interface Line {
  readonly [field: string]: unknown;
  readonly stage: string;
  readonly user: { readonly username?: string; readonly groups?: readonly string[] };
  readonly objectRef?: object;
  readonly responseStatus?: { readonly [field: string]: unknown };
  readonly requestObject?: { readonly [field: string]: unknown };
  readonly responseObject?: { readonly [field: string]: unknown };
  readonly annotations?: { readonly [key: string]: string };
}

const lines: Line[] = [];
const waiting = new Set<() => void>();
const rule = { users: [], userGroups: [], verbs: [], namespaces: [], nonResourceURLs: [], omitStages: [] } as const;
const policy: { -readonly [K in keyof AuditPolicy]: AuditPolicy[K] } = {
  rules: [],
  omitStages: [],
  omitManagedFields: true,
};
let it: TestServer;

function use(level: AuditLevel, omitStages: AuditPolicy['omitStages'] = ['RequestReceived']): void {
  policy.rules = [{ ...rule, level, resources: [], omitManagedFields: undefined }];
  policy.omitStages = omitStages;
}

before(async () => {
  const sink = (line: string): void => {
    lines.push(JSON.parse(line));
    for (const wake of waiting) wake();
  };
  it = await startTestServer({ audit: { policy, sink } });
});
after(() => it.close());
beforeEach(() => void lines.splice(0));

/** The line of that stage, as soon as it is there. */
async function line(stage = 'ResponseComplete'): Promise<Line> {
  for (;;) {
    const found = lines.find((one) => one.stage === stage);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
    });
  }
}

const secrets = '/api/v1/namespaces/default/secrets';
const secret = (name: string) => ({ metadata: { name }, stringData: { password: 'hidden' } });

test('at Metadata a line says who did what to which object, and nothing of its content', async () => {
  use('Metadata');
  const headers = { 'user-agent': 'kubectl/v1.36.2 (linux/amd64)', 'audit-id': 'abc-1' };
  await it.ask(`POST ${secrets}?fieldManager=x`, { body: secret('a'), headers });
  const { requestReceivedTimestamp, stageTimestamp, sourceIPs, ...rest } = await line();
  for (const time of [requestReceivedTimestamp, stageTimestamp]) assert.match(String(time), /T[\d:]{8}\.\d{6}Z$/);
  assert.match(String(sourceIPs), /^127\.0\.0\.1$|^::1$/);
  assert.deepEqual(rest, {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: 'abc-1',
    stage: 'ResponseComplete',
    requestURI: `${secrets}?fieldManager=x`,
    verb: 'create',
    user: { username: 'admin', uid: 'admin-uid', groups: ['system:masters', 'system:authenticated'] },
    userAgent: 'kubectl/v1.36.2 (linux/amd64)',
    objectRef: { resource: 'secrets', namespace: 'default', name: 'a', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
  });
});

test('at Request the body is there with its defaults, at RequestResponse the answer too', async () => {
  use('Request');
  await it.ask(`POST ${secrets}`, { body: secret('b') });
  const asked = await line();
  const { kind, apiVersion, type, data } = asked.requestObject ?? {};
  const password = Buffer.from('hidden').toString('base64');
  assert.deepEqual([kind, apiVersion, type, data], ['Secret', 'v1', 'Opaque', { password }]);
  assert.equal(asked.responseObject, undefined);
  lines.splice(0);
  use('RequestResponse');
  const patched = { metadata: { labels: { a: 'b' } } };
  const headers = { 'content-type': 'application/merge-patch+json' };
  await it.ask(`PATCH ${secrets}/b`, { body: patched, headers });
  const answered = await line();
  assert.deepEqual(answered.requestObject, patched);
  const { metadata } = answered.responseObject as { metadata: { labels: object; managedFields?: unknown } };
  assert.deepEqual([metadata.labels, metadata.managedFields], [{ a: 'b' }, undefined]);
  lines.splice(0);
  await it.ask(`GET ${secrets}?limit=5`);
  const listed = (await line()).responseObject as { kind: string; items: readonly unknown[] };
  assert.equal(listed.kind, 'SecretList');
  assert.ok(listed.items.length > 0);
});

test('a refusal says why, and by whose rule', async () => {
  use('RequestResponse');
  await it.ask(`GET ${secrets}/b`, { as: 'alice' });
  const { responseStatus, annotations, user } = await line();
  assert.equal(user.username, 'alice');
  assert.deepEqual(
    [responseStatus?.status, responseStatus?.reason, responseStatus?.code],
    ['Failure', 'Forbidden', 403],
  );
  assert.match(String(responseStatus?.message), /^secrets "b" is forbidden: User "alice" cannot get/);
  assert.equal(annotations?.['authorization.k8s.io/decision'], 'forbid');
  lines.splice(0);
  await it.ask('GET /version', { as: 'alice' });
  const allowed = await line();
  assert.match(allowed.annotations?.['authorization.k8s.io/reason'] ?? '', /^RBAC: allowed by ClusterRoleBinding/);
  assert.equal(allowed.objectRef, undefined);
});

test('a token that is no good leaves a line without a user', async () => {
  use('Metadata');
  await it.ask(`GET ${secrets}`, { headers: { authorization: 'Bearer wrong' } });
  const { user, responseStatus } = await line('ResponseStarted');
  assert.deepEqual(user, {});
  assert.deepEqual(responseStatus, {
    metadata: {},
    status: 'Failure',
    message: 'Authentication failed, attempted: bearer',
    reason: 'Unauthorized',
    code: 401,
  });
});

test('what a client says of itself is bounded, and what is no address is not one', async () => {
  use('Metadata');
  const headers = { 'user-agent': 'x'.repeat(2000), 'x-forwarded-for': '203.0.113.7, "},{"' };
  await it.ask(`GET ${secrets}`, { headers });
  const { userAgent, sourceIPs } = await line('ResponseComplete');
  assert.equal(userAgent, `${'x'.repeat(1024)}...TRUNCATED`);
  assert.deepEqual((sourceIPs as readonly string[]).slice(0, -1), ['203.0.113.7']);
});

test('a token from a Secret is noted, also when it does not hold', async () => {
  use('Metadata');
  const token = it.api.tokenIssuer.issueForSecret('default', 'gone', { name: 'robot', uid: 'robot-uid' });
  await it.ask(`GET ${secrets}`, { headers: { authorization: `Bearer ${token}` } });
  const { annotations } = await line('ResponseStarted');
  assert.deepEqual(annotations, { 'authentication.k8s.io/legacy-token': 'system:serviceaccount:default:robot' });
});

test('who acts for somebody else is named beside him', async () => {
  use('Metadata');
  await it.ask(`GET ${secrets}`, { headers: { 'impersonate-user': 'bob' } });
  const { user, impersonatedUser } = await line();
  assert.equal(user.username, 'admin');
  assert.deepEqual(impersonatedUser, { username: 'bob', groups: ['system:authenticated'] });
});

test('a watch is written when it begins and when it ends, other requests when they come and are answered', async () => {
  use('Metadata', []);
  const abort = new AbortController();
  const answer = await it.open(`GET ${secrets}?watch=true`, { signal: abort.signal });
  assert.deepEqual((await line('ResponseStarted')).responseStatus, { metadata: {}, code: 200 });
  answer.body.on('error', () => {});
  abort.abort();
  await line();
  assert.deepEqual(
    lines.map(({ stage, verb }) => `${verb} ${stage}`),
    ['watch RequestReceived', 'watch ResponseStarted', 'watch ResponseComplete'],
  );
  lines.splice(0);
  await it.ask(`GET ${secrets}`);
  await line();
  assert.deepEqual(
    lines.map(({ stage }) => stage),
    ['RequestReceived', 'ResponseComplete'],
  );
});

test('what a rule passes over leaves no line', async () => {
  use('None');
  await it.ask(`GET ${secrets}`);
  use('Metadata');
  await it.ask('GET /version');
  assert.equal((await line()).requestURI, '/version');
  assert.equal(lines.length, 1);
});

test('what a namespace only audits for is written beside its pods', async () => {
  use('Metadata');
  const labels = { 'pod-security.kubernetes.io/audit': 'restricted' };
  await it.ask('POST /api/v1/namespaces', { body: { metadata: { name: 'watched', labels } } });
  await it.ask('POST /api/v1/namespaces/watched/serviceaccounts', { body: { metadata: { name: 'default' } } });
  lines.splice(0);
  const body = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const { status } = await it.ask('POST /api/v1/namespaces/watched/pods', { body });
  assert.equal(status, 201);
  const pod = lines.find(({ requestURI }) => requestURI === '/api/v1/namespaces/watched/pods') ?? (await line());
  const prefix = 'pod-security.kubernetes.io/';
  assert.equal(pod.annotations?.[`${prefix}enforce-policy`], 'privileged:latest');
  assert.match(
    pod.annotations?.[`${prefix}audit-violations`] ?? '',
    /^would violate PodSecurity "restricted:latest": /,
  );
});
