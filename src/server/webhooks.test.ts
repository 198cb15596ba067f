import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startTestServer, type TestAnswer, type TestServer } from '#server/test-server.ts';
import { patching, startTestWebhook, type TestWebhook } from '#server/test-webhook.ts';

let server: TestServer;
let hook: TestWebhook;
let made: string[] = [];

before(async () => {
  server = await startTestServer();
  hook = await startTestWebhook();
  await server.ask('POST /api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'default' } } });
});
after(async () => {
  await hook.close();
  await server.close();
});
afterEach(async () => {
  for (const path of made.reverse()) await server.ask(`DELETE ${path}`);
  made = [];
  hook.questions.length = 0;
  hook.reply = () => ({ allowed: true });
});

const group = '/apis/admissionregistration.k8s.io/v1';
const maps = '/api/v1/namespaces/default/configmaps';

type Fields = { readonly [field: string]: unknown };

function rule(resources: string, operations: readonly string[] = ['CREATE'], more: Fields = {}): Fields {
  const [name = '', apiGroup = '', version = '*'] = resources.split('@');
  return { operations, apiGroups: [apiGroup], apiVersions: [version], resources: [name], ...more };
}

/** Makes a configuration with one webhook; it goes after the test. */
async function configure(kind: 'Validating' | 'Mutating', webhook: Fields = {}, name = 'check'): Promise<void> {
  await configureAll(kind, name, [webhook]);
}

async function configureAll(kind: 'Validating' | 'Mutating', name: string, webhooks: readonly Fields[]): Promise<void> {
  const path = `${group}/${kind.toLowerCase()}webhookconfigurations`;
  const complete = webhooks.map((webhook, index) => ({
    name: `hook-${index}.example.com`,
    clientConfig: { url: `${hook.url}/${name}-${index}`, caBundle: hook.caBundle },
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    rules: [rule('configmaps')],
    ...webhook,
  }));
  const answer = await server.ask(`POST ${path}`, { body: { metadata: { name }, webhooks: complete } });
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.headers.warning, undefined);
  made.push(`${path}/${name}`);
}

/** Makes a ConfigMap; it goes after the test. */
async function create(name: string, fields: Fields = {}, query = ''): Promise<TestAnswer> {
  const { metadata = {}, ...rest } = fields;
  const answer = await server.ask(`POST ${maps}${query}`, {
    body: { metadata: { name, ...(metadata as Fields) }, ...rest },
  });
  if (answer.status === 201) made.unshift(`${maps}/${name}`);
  return answer;
}

function messageOf({ json }: TestAnswer): unknown {
  return json?.message;
}

/** What was asked first. */
function requestSeen(): Fields {
  const [question] = hook.questions;
  assert.ok(question !== undefined, 'the webhook was asked');
  return question.review.request;
}

function asked(): readonly string[] {
  return hook.questions.map(({ path }) => path.replace(/\?.*/, '').slice(1));
}

test('a webhook is asked about what its rules name, and hears all about the request', async () => {
  await configure('Validating');
  await create('one', { data: { a: '1' } }, '?fieldManager=me&fieldValidation=Strict&dryRun=All');
  const [question] = hook.questions;
  assert.equal(question?.path, '/check-0?timeout=10s');
  const { uid, object, userInfo, ...request } = question?.review.request ?? { uid: '' };
  assert.match(uid, /^[0-9a-f-]{36}$/);
  assert.equal((object as Fields).kind, 'ConfigMap');
  assert.deepEqual((object as Fields).data, { a: '1' });
  assert.deepEqual(userInfo, {
    username: 'admin',
    uid: 'admin-uid',
    groups: ['system:masters', 'system:authenticated'],
  });
  const kind = { group: '', version: 'v1', kind: 'ConfigMap' };
  const resource = { group: '', version: 'v1', resource: 'configmaps' };
  assert.deepEqual(request, {
    ...{ kind, resource, requestKind: kind, requestResource: resource },
    name: 'one',
    namespace: 'default',
    operation: 'CREATE',
    oldObject: null,
    dryRun: true,
    options: {
      ...{ kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      ...{ dryRun: ['All'], fieldManager: 'me', fieldValidation: 'Strict' },
    },
  });
});

test('updates and deletes show what was there before', async () => {
  await create('changing', { data: { a: '1' } });
  await configure('Validating', { rules: [rule('configmaps', ['UPDATE', 'DELETE'])] });
  await server.ask(`PUT ${maps}/changing`, { body: { metadata: { name: 'changing' }, data: { a: '2' } } });
  await server.ask(`DELETE ${maps}/changing`);
  const seen = hook.questions.map(({ review: { request } }) => [
    request.operation,
    (request.object as Fields | null)?.data,
    (request.oldObject as Fields).data,
    (request.options as Fields).kind,
  ]);
  assert.deepEqual(seen, [
    ['UPDATE', { a: '2' }, { a: '1' }, 'UpdateOptions'],
    ['DELETE', undefined, { a: '2' }, 'DeleteOptions'],
  ]);
});

test('a refusal is told in the words, and with the code and reason, of the webhook', async () => {
  await configure('Validating');
  hook.reply = () => ({ allowed: false });
  const bare = await create('no');
  assert.equal(messageOf(bare), 'admission webhook "hook-0.example.com" denied the request without explanation');
  assert.equal(bare.status, 400);
  hook.reply = () => ({ allowed: false, status: { message: 'not so', code: 403, reason: 'Forbidden' } });
  const told = await create('no');
  assert.equal(messageOf(told), 'admission webhook "hook-0.example.com" denied the request: not so');
  assert.deepEqual([told.status, told.json?.reason], [403, 'Forbidden']);
  hook.reply = () => ({ allowed: false, status: { reason: 'TooMuch', code: 200 } });
  const reasoned = await create('no');
  assert.equal(messageOf(reasoned), 'admission webhook "hook-0.example.com" denied the request: TooMuch');
  assert.equal(reasoned.status, 400);
});

test('mutating webhooks change objects in the order of their configurations, defaults follow', async () => {
  await configure('Mutating', {}, 'b');
  await configureAll('Mutating', 'a', [{}, { rules: [rule('pods')] }]);
  hook.reply = ({ path, review }) => {
    const { data = {} } = review.request.object as { readonly data?: { readonly order?: string } };
    return patching({ op: 'add', path: '/data', value: { order: `${data.order ?? ''}${path[1]}` } });
  };
  const { json } = await create('ordered');
  assert.deepEqual(json?.data, { order: 'ab' });

  hook.reply = () => patching({ op: 'add', path: '/spec/containers/-', value: { name: 'extra', image: 'i:latest' } });
  const spec = { containers: [{ name: 'main', image: 'i:1' }] };
  const pod = await server.ask('POST /api/v1/namespaces/default/pods', { body: { metadata: { name: 'p' }, spec } });
  made.push('/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0');
  const { containers, volumes } = pod.json?.spec as { containers: readonly Fields[]; volumes: readonly Fields[] };
  assert.equal(containers[1]?.imagePullPolicy, 'Always');
  assert.equal(volumes.length, 1, 'the second round of the plug-ins adds nothing twice');
  assert.equal(
    (containers[1]?.volumeMounts as readonly Fields[] | undefined)?.length,
    1,
    'the plug-ins see what was added',
  );
});

test('what a mutating webhook made is validated, then shown to validating ones', async () => {
  await configure('Mutating');
  hook.reply = () => patching({ op: 'add', path: '/data', value: { 'not a key': '' } });
  const { status, text } = await create('bad');
  assert.equal(status, 422, text);
  await configure('Validating', {}, 'later');
  hook.reply = ({ path }) =>
    path.startsWith('/later') ? { allowed: true } : patching({ op: 'add', path: '/data', value: { k: 'v' } });
  await create('good');
  const shown = hook.questions.at(-1)?.review.request.object as Fields;
  assert.deepEqual(shown.data, { k: 'v' });
});

test('who wants to is asked again when others change the object later, and nobody more than twice', async () => {
  await configureAll('Mutating', 'again', [{ reinvocationPolicy: 'IfNeeded' }, {}, { reinvocationPolicy: 'IfNeeded' }]);
  let count = 0;
  hook.reply = ({ path }) =>
    path.startsWith('/again-1')
      ? patching({ op: 'add', path: '/data', value: { n: `${++count}` } })
      : { allowed: true };
  await create('re');
  assert.deepEqual(asked(), ['again-0', 'again-1', 'again-2', 'again-0']);
});

test('of webhooks that undo each other each is asked twice', async () => {
  await configureAll('Mutating', 'fight', [{ reinvocationPolicy: 'IfNeeded' }, { reinvocationPolicy: 'IfNeeded' }]);
  hook.reply = ({ path }) => patching({ op: 'add', path: '/data', value: { to: path.slice(1, 8) } });
  const { json } = await create('contested');
  assert.deepEqual(json?.data, { to: 'fight-1' });
  assert.deepEqual(asked(), ['fight-0', 'fight-1', 'fight-0', 'fight-1']);
});

test('who wants to is asked again when a plug-in of ours has changed the object after it', async () => {
  const pods = [rule('pods')];
  await configureAll('Mutating', 'priority', [{ rules: pods, reinvocationPolicy: 'IfNeeded' }, { rules: pods }]);
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
  await server.ask(`POST ${classes}`, { body: { metadata: { name: 'high' }, value: 1000 } });
  made.push(`${classes}/high`);
  hook.reply = ({ path, review }) => {
    const { spec } = review.request.object as { readonly spec: { readonly priority?: number } };
    if (!path.startsWith('/priority-0') || spec.priority !== 0) return { allowed: true };
    return patching(
      { op: 'add', path: '/spec/priorityClassName', value: 'high' },
      { op: 'remove', path: '/spec/priority' },
    );
  };
  const spec = { containers: [{ name: 'main', image: 'i:1' }] };
  const { json } = await server.ask('POST /api/v1/namespaces/default/pods?dryRun=All', {
    body: { metadata: { name: 'p' }, spec },
  });
  assert.equal((json?.spec as Fields).priority, 1000);
  assert.deepEqual(asked(), ['priority-0', 'priority-1', 'priority-0']);
});

test('who set what is kept from a patch that makes nonsense of it, with a warning', async () => {
  await configure('Mutating');
  hook.reply = () => patching({ op: 'replace', path: '/metadata/managedFields/0/apiVersion', value: '' });
  const { json, headers } = await create('owned', { data: { a: '1' } });
  const { managedFields } = json?.metadata as { readonly managedFields: readonly Fields[] };
  assert.equal(managedFields[0]?.apiVersion, 'v1');
  assert.equal(
    headers.warning,
    '299 - ".metadata.managedFields was in an invalid state after admission; this could be caused by an outdated ' +
      'mutating admission controller; please fix your requests: apiVersion must not be empty"',
  );
});

test('selectors choose by the labels of the namespace and of the object, before or after', async () => {
  await configure('Validating', {
    rules: [rule('configmaps', ['*'])],
    objectSelector: { matchLabels: { watched: 'yes' } },
    namespaceSelector: {
      matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['default'] }],
    },
  });
  await create('plain');
  assert.equal(hook.questions.length, 0);
  await create('marked', { metadata: { labels: { watched: 'yes' } } });
  await server.ask(`PUT ${maps}/marked`, { body: { metadata: { name: 'marked' } } });
  assert.equal(hook.questions.length, 2);
  await server.ask('POST /api/v1/namespaces/kube-system/configmaps', {
    body: { metadata: { name: 'elsewhere', labels: { watched: 'yes' } } },
  });
  assert.equal(hook.questions.length, 2);
});

test('a namespace is judged by its own labels, and is a cluster-scoped resource in itself', async () => {
  await configureAll('Validating', 'ns', [
    {
      rules: [rule('namespaces', ['CREATE'], { scope: 'Cluster' })],
      namespaceSelector: { matchLabels: { team: 'a' } },
    },
    { rules: [rule('namespaces', ['CREATE'], { scope: 'Namespaced' })] },
  ]);
  await server.ask('POST /api/v1/namespaces', { body: { metadata: { name: 'team-b' } } });
  await server.ask('POST /api/v1/namespaces', { body: { metadata: { name: 'team-a', labels: { team: 'a' } } } });
  assert.deepEqual(asked(), ['ns-0']);
  const { name, namespace } = requestSeen();
  assert.deepEqual([name, namespace], ['team-a', 'team-a']);
});

test('rules that name another version mean the same resource, unless they are exact', async () => {
  const rules = [rule('horizontalpodautoscalers@autoscaling@v1')];
  await configureAll('Mutating', 'versions', [{ rules }, { rules, matchPolicy: 'Exact' }]);
  hook.reply = () => patching({ op: 'replace', path: '/spec/maxReplicas', value: 7 });
  const path = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
  const scaleTargetRef = { kind: 'Deployment', name: 'd', apiVersion: 'apps/v1' };
  const { status, json, text } = await server.ask(`POST ${path}`, {
    body: { metadata: { name: 'h' }, spec: { maxReplicas: 3, scaleTargetRef } },
  });
  assert.equal(status, 201, text);
  made.push(`${path}/h`);
  assert.deepEqual(asked(), ['versions-0']);
  const { object, kind, requestKind } = requestSeen();
  assert.equal((object as Fields).apiVersion, 'autoscaling/v1');
  assert.equal((kind as Fields).version, 'v1');
  assert.equal((requestKind as Fields).version, 'v2');
  assert.equal((json?.spec as Fields).maxReplicas, 7);
  assert.equal(json?.apiVersion, 'autoscaling/v2');
});

test('conditions in the expression language choose, and one that has no answer is a failure', async () => {
  const conditions = (...expressions: readonly string[]) => ({
    matchConditions: expressions.map((expression, index) => ({ name: `c${index}`, expression })),
    rules: [rule('configmaps', ['*'])],
  });
  await configure(
    'Mutating',
    conditions(
      'request.operation == "DELETE" ? oldObject.metadata.name == "wanted" : object.metadata.name == "wanted"',
      'authorizer.requestResource.check("delete").allowed() && request.userInfo.username == "admin"',
    ),
  );
  await create('unwanted');
  assert.equal(hook.questions.length, 0);
  await create('wanted');
  await server.ask(`DELETE ${maps}/wanted`);
  assert.deepEqual(
    hook.questions.map(({ review }) => review.request.operation),
    ['CREATE', 'DELETE'],
  );
  await server.ask(`DELETE ${made.pop()}`);

  const odd = 'object.data.missing == "x"';
  await configure('Validating', conditions(odd));
  const refused = await create('odd');
  assert.equal(refused.status, 403);
  assert.equal(
    messageOf(refused),
    `configmaps "odd" is forbidden: expression '${odd}' resulted in error: no such key: data`,
  );
  await server.ask(`DELETE ${made.pop()}`);
  await configure('Validating', { ...conditions(odd), failurePolicy: 'Ignore' });
  hook.questions.length = 0;
  assert.equal((await create('odd')).status, 201);
  await server.ask(`DELETE ${made.pop()}`);
  await configure('Validating', conditions(odd, 'false'));
  assert.equal((await create('other')).status, 201, 'one that does not hold decides');
  assert.equal(hook.questions.length, 0);
});

test('the old version of the question is asked of those who list it first', async () => {
  await configure('Mutating', { admissionReviewVersions: ['v2', 'v1beta1', 'v1'] });
  hook.reply = () => {
    const { patchType: _patchType, ...reply } = patching({ op: 'add', path: '/data', value: { k: 'v' } });
    return { ...reply, uid: 'whatever' };
  };
  const { json } = await create('old');
  assert.equal(hook.questions[0]?.review.apiVersion, 'admission.k8s.io/v1beta1');
  assert.deepEqual(json?.data, { k: 'v' });
});

test('failures refuse the request or let it pass, as failurePolicy says', async () => {
  const nobody = { clientConfig: { url: 'https://127.0.0.1:9/path', caBundle: hook.caBundle } };
  await configure('Validating', { ...nobody, timeoutSeconds: 7 });
  const refused = await create('fails');
  assert.equal(refused.status, 500);
  assert.equal(
    messageOf(refused),
    'Internal error occurred: failed calling webhook "hook-0.example.com": failed to call webhook: ' +
      'Post "https://127.0.0.1:9/path?timeout=7s": dial tcp 127.0.0.1:9: connect: connection refused',
  );
  await server.ask(`DELETE ${made.pop()}`);
  await configure('Validating', { ...nobody, failurePolicy: 'Ignore' });
  await configure('Mutating', { ...nobody, failurePolicy: 'Ignore' });
  assert.equal((await create('passes')).status, 201);
});

test('answers that are none are failures, and tell what is wrong', async () => {
  await configure('Mutating');
  const raw = (status: number, body: string, headers: { [name: string]: string } = {}) => ({
    raw: { status, body, headers },
  });
  const post = `failed to call webhook: `;
  const invalid = 'received invalid webhook response: ';
  const cases: readonly (readonly [ReturnType<TestWebhook['reply']>, string | RegExp])[] = [
    [raw(404, ''), `${post}the server could not find the requested resource`],
    [
      raw(500, 'broken', { 'content-type': 'text/plain' }),
      `${post}an error on the server ("broken") has prevented the request from succeeding`,
    ],
    [
      raw(302, '', { location: `${hook.url}/elsewhere` }),
      `${post}the server responded with the status code 302 but did not return more information`,
    ],
    [raw(200, ''), `${post}0-length response with status code: 200 and content type: application/json`],
    [raw(200, '{}'), `${invalid}webhook response was absent`],
    [
      raw(200, JSON.stringify({ response: { uid: 'x' } })),
      /received invalid webhook response: expected response.uid="[0-9a-f-]+", got "x"/,
    ],
    [{ allowed: true, patch: 'W10=' }, `${invalid}webhook returned response.patch but not response.patchType`],
    [{ allowed: true, patchType: 'JSONPatch' }, `${invalid}webhook returned response.patchType but not response.patch`],
    [{ ...patching({ op: 'test' }), patchType: 'Merge' }, 'unsupported patch type "Merge"'],
  ];
  for (const [reply, expected] of cases) {
    hook.reply = () => reply;
    const message = String(messageOf(await create('odd')));
    const start = 'Internal error occurred: failed calling webhook "hook-0.example.com": ';
    if (typeof expected === 'string') assert.equal(message, start + expected);
    else assert.match(message, expected);
  }
  assert.ok(!asked().includes('elsewhere'), 'redirects are not followed');
});

test('an answer without end is not read to its end', async () => {
  await configure('Validating');
  hook.reply = () => ({ raw: { status: 200, body: ' '.repeat(17 * 1024 * 1024) } });
  assert.match(String(messageOf(await create('long'))), /: the answer is longer than 16777216 bytes$/);
});

test('the kind of the answer must be that of the question, and a validating webhook brings no patch', async () => {
  await configure('Validating');
  hook.reply = ({ review }) => ({
    raw: { status: 200, body: JSON.stringify({ response: { uid: review.request.uid, allowed: true } }) },
  });
  const start =
    'Internal error occurred: failed calling webhook "hook-0.example.com": received invalid webhook response: ';
  const expected = 'expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=';
  assert.equal(messageOf(await create('kindless')), start + expected);
  hook.reply = () => patching({ op: 'remove', path: '/data' });
  assert.equal(messageOf(await create('patched')), `${start}validating webhook may not return response.patch`);
});

test('a patch that does not fit, or that a delete brings, is an internal error', async () => {
  await create('there');
  await configure('Mutating', { rules: [rule('configmaps', ['*'])] });
  hook.reply = () => patching({ op: 'add', path: '/metadata/annotations/a', value: 'b' });
  assert.equal(
    messageOf(await create('misfit')),
    'Internal error occurred: add operation does not apply: doc is missing path: "/metadata/annotations/a": missing value',
  );
  assert.equal(
    messageOf(await server.ask(`DELETE ${maps}/there`)),
    'Internal error occurred: admission webhook "hook-0.example.com" attempted to modify the object, ' +
      'which is not supported for this operation',
  );
  hook.reply = () => ({ allowed: true });
});

test('dry runs reach only those that say they change nothing', async () => {
  await configure('Validating', { sideEffects: 'NoneOnDryRun' });
  assert.equal((await server.ask(`POST ${maps}?dryRun=All`, { body: { metadata: { name: 'dry' } } })).status, 201);
  assert.equal(hook.questions[0]?.review.request.dryRun, true);

  // Of a time when such webhooks were still taken.
  const path = `${group}/validatingwebhookconfigurations/check`;
  const { json, text } = await server.ask(`GET ${path}`);
  const { resourceVersion } = (json?.metadata ?? {}) as { readonly resourceVersion?: string };
  const key = '/registry/admissionregistration.k8s.io/validatingwebhookconfigurations/check';
  const value = { text: text.replace('NoneOnDryRun', 'Some') };
  const { ok } = await server.store.write({ op: 'put', key, value, expect: Number(resourceVersion) });
  assert.ok(ok);
  const refused = await create('dry', {}, '?dryRun=All');
  assert.equal(messageOf(refused), 'admission webhook "hook-0.example.com" does not support dry run');
  assert.equal(refused.status, 400);
  assert.equal((await create('wet')).status, 201);
});

test('warnings are passed on', async () => {
  await configure('Validating');
  hook.reply = () => ({ allowed: true, warnings: ['mind the gap'] });
  assert.equal((await create('warned')).headers.warning, '299 - "mind the gap"');
});

test('who takes too long is given up', async () => {
  await configure('Validating', { timeoutSeconds: 3 });
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  hook.reply = () => resolve() as undefined;
  const answer = create('slow');
  await reached;
  await server.clock.advance(3_000);
  assert.match(
    String(messageOf(await answer)),
    /failed to call webhook: Post "https:\/\/127.0.0.1:\d+\/check-0\?timeout=3s": context deadline exceeded$/,
  );
});

test('a certificate of strangers, or for another name, is refused', async () => {
  const other = await startTestWebhook({ ips: ['127.0.0.2'] });
  const clientConfig = { url: other.url, caBundle: other.caBundle };
  await configure('Validating', { clientConfig });
  assert.match(
    String(messageOf(await create('misnamed'))),
    /tls: failed to verify certificate: x509: certificate is valid for 127.0.0.2, not 127.0.0.1$/,
  );
  await server.ask(`DELETE ${made.pop()}`);
  await configure('Validating', { clientConfig: { url: hook.url, caBundle: other.caBundle } });
  assert.match(
    String(messageOf(await create('strange'))),
    /tls: failed to verify certificate: x509: certificate signed by unknown authority$/,
  );
  await other.close();
});

test('connections are kept for the next question', async () => {
  await configure('Validating');
  await create('k1');
  await create('k2');
  const [first, second] = hook.questions;
  assert.equal(first?.connection, second?.connection);
});

test('webhooks are never asked about webhooks, nor about reviews', async () => {
  hook.reply = () => ({ allowed: false });
  await configure('Validating', { rules: [rule('*@*', ['*'])] });
  await configure('Mutating', { rules: [rule('*@*', ['*'])] });
  const body = { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } };
  const review = await server.ask('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body });
  assert.equal(review.status, 201);
  assert.deepEqual(hook.questions, []);
});
