import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '#server/test-server.ts';
import { createHttpClient, linesOf, textOf } from '#wire/http-client.ts';
import { issueLeaf } from '#wire/pki/issue.ts';

/** Scenarios of the specification (api.md section 27) that no test of a single part can show. */

const configMaps = '/api/v1/namespaces/default/configmaps';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

interface Meta {
  readonly name: string;
  readonly resourceVersion: string;
}

interface Event {
  readonly type: string;
  readonly object: { readonly metadata: Meta & { readonly annotations?: object } };
}

/** Follows a watch until `isLast` says so, and answers with all events up to that one. */
async function followed(query: string, isLast: (event: Event) => boolean): Promise<readonly Event[]> {
  const cut = new AbortController();
  const { body } = await it.open(`GET ${configMaps}?watch=true&${query}`, { signal: cut.signal });
  body.on('error', () => {});
  const events: Event[] = [];
  for await (const line of linesOf(body)) {
    const event = JSON.parse(line) as Event;
    events.push(event);
    if (isLast(event)) break;
  }
  cut.abort();
  return events;
}

async function listed(): Promise<{ readonly revision: string; readonly items: ReadonlyMap<string, string> }> {
  const { json } = await it.ask(`GET ${configMaps}`);
  const { metadata, items } = json as unknown as { metadata: Meta; items: readonly { metadata: Meta }[] };
  const entries = items.map((item) => [item.metadata.name, item.metadata.resourceVersion] as const);
  return { revision: metadata.resourceVersion, items: new Map(entries) };
}

/** What somebody knows who was told of `events`, beginning with what he knew. */
function told(events: readonly Event[], known: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const now = new Map(known);
  for (const { type, object } of events) {
    if (type === 'BOOKMARK') continue;
    if (type === 'DELETED') now.delete(object.metadata.name);
    else now.set(object.metadata.name, object.metadata.resourceVersion);
  }
  return now;
}

/** Creates, changes and deletes objects, many at once. */
async function write(writers: number, prefix: string): Promise<void> {
  const one = async (i: number): Promise<void> => {
    const name = `${prefix}-${i}`;
    await it.ask(`POST ${configMaps}`, { body: { metadata: { name } } });
    await it.ask(`PUT ${configMaps}/${name}`, { body: { metadata: { name }, data: { i: String(i) } } });
    if (i % 3 === 0) await it.ask(`DELETE ${configMaps}/${name}`);
  };
  await Promise.all(Array.from({ length: writers }, (_, i) => one(i)));
}

test('scenario 72: a watcher sees each change of a hundred writers once and in order, and ends with what a list says', async () => {
  const before = await listed();
  const watching = followed(`resourceVersion=${before.revision}`, ({ object }) => object.metadata.name === 'last-72');
  await write(100, 'many');
  await it.ask(`POST ${configMaps}`, { body: { metadata: { name: 'last-72' } } });
  const events = await watching;
  const revisions = events.map(({ object }) => BigInt(object.metadata.resourceVersion));
  assert.ok(revisions.every((revision, i) => i === 0 || revision > (revisions[i - 1] ?? 0n)));
  assert.equal(events.length, 100 + 100 + 34 + 1);
  assert.deepEqual([...told(events, before.items)].sort(), [...(await listed()).items].sort());
});

test('scenario 76: nothing is missed or told twice when writes race with the initial events', async () => {
  const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const writing = write(60, 'race');
  const watches = Array.from({ length: 8 }, () => followed(query, ({ object }) => object.metadata.name === 'last-76'));
  await writing;
  await it.ask(`POST ${configMaps}`, { body: { metadata: { name: 'last-76' } } });
  const { items } = await listed();
  for (const events of await Promise.all(watches)) {
    const end = events.findIndex(({ object }) => object.metadata.annotations !== undefined);
    const marker = BigInt(events[end]?.object.metadata.resourceVersion ?? 0);
    assert.ok(end >= 0 && events.slice(0, end).every(({ type }) => type === 'ADDED'));
    const later = events.slice(end + 1).map(({ object }) => BigInt(object.metadata.resourceVersion));
    assert.ok(later.every((revision, i) => revision > (later[i - 1] ?? marker)));
    assert.deepEqual([...told(events)].sort(), [...items].sort());
  }
});

test('scenario 67: a collection is deleted whole while others delete parts of it', async () => {
  const names = Array.from({ length: 1000 }, (_, i) => `part-${i}`);
  const body = (name: string): object => ({ metadata: { name, labels: { set: 'a' } } });
  await Promise.all(names.map((name) => it.ask(`POST ${configMaps}`, { body: body(name) })));
  const others = names.filter((_, i) => i % 50 === 0).map((name) => it.ask(`DELETE ${configMaps}/${name}`));
  const answer = await it.ask(`DELETE ${configMaps}?labelSelector=set=a`);
  assert.deepEqual([answer.status, answer.json?.kind], [200, 'ConfigMapList']);
  for (const other of await Promise.all(others)) assert.ok([200, 404].includes(other.status));
  const left = [...(await listed()).items.keys()].filter((name) => name.startsWith('part-'));
  assert.deepEqual(left, []);
});

test('scenarios 68 and 70: pages show one state; revision zero shows all at once', async () => {
  await Promise.all(
    Array.from({ length: 1201 }, (_, i) =>
      it.ask('POST /api/v1/namespaces/kube-public/configmaps', { body: { metadata: { name: `page-${i}` } } }),
    ),
  );
  const path = '/api/v1/namespaces/kube-public/configmaps?labelSelector=';
  const sizes: number[] = [];
  const revisions = new Set<unknown>();
  for (let next: string | undefined = ''; next !== undefined; ) {
    const { json } = await it.ask(`GET ${path}&limit=500${next === '' ? '' : `&continue=${next}`}`);
    const page = json as unknown as { metadata: Meta & { continue?: string }; items: readonly object[] };
    sizes.push(page.items.length);
    revisions.add(page.metadata.resourceVersion);
    next = page.metadata.continue;
    const late = { metadata: { name: `between-${sizes.length}` } };
    await it.ask('POST /api/v1/namespaces/kube-public/configmaps', { body: late });
  }
  assert.deepEqual([sizes, revisions.size], [[500, 500, 201], 1]);
  const whole = await it.ask(`GET ${path}&resourceVersion=0&limit=5`);
  assert.equal((whole.json?.items as readonly object[]).length, 1204);
  const both = await it.ask(
    `GET ${path}&resourceVersion=5&continue=${encodeURIComponent('eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ')}`,
  );
  assert.equal(both.status, 400);
});

test('scenario 85: a client certificate says who one is and in which groups', async () => {
  const authority = { certificate: it.pki.authority, key: it.pki.authorityKey };
  const validity = { notBefore: it.clock.now() - 3600_000, notAfter: it.clock.now() + 3600_000 };
  const alice = await issueLeaf(authority, { use: 'client', commonName: 'alice', organizations: ['dev'] }, validity);
  const client = createHttpClient({ server: it.url, authority: it.pki.authority, ...alice });
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const answer = await client.send({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const { status } = JSON.parse(await textOf(answer.body)) as {
    status: { userInfo: { username: string; groups: string[] } };
  };
  client.close();
  assert.deepEqual([status.userInfo.username, status.userInfo.groups], ['alice', ['dev', 'system:authenticated']]);
});

test('scenario 100: with 400 idle watches and lists all the time, leases are renewed within a second', async () => {
  const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
  const cut = new AbortController();
  const { revision } = await listed();
  const heads = Array.from({ length: 400 }, () =>
    it.open(`GET ${configMaps}?watch=true&resourceVersion=${revision}`, { signal: cut.signal }),
  );
  const watches = await Promise.all(heads);
  let ended = 0;
  for (const { body } of watches)
    body
      .on('error', () => {})
      .on('end', () => ended++)
      .resume();
  await it.ask(`POST ${leases}`, { body: { metadata: { name: 'node-0' }, spec: { holderIdentity: 'node-0' } } });
  let slowestMs = 0;
  for (let second = 0; second < 10; second++) {
    const lists = Array.from({ length: 5 }, () => it.ask(`GET ${configMaps}?limit=500`));
    const begun = performance.now();
    const spec = { holderIdentity: 'node-0', leaseDurationSeconds: 40 + second };
    const patch = { headers: { 'content-type': 'application/merge-patch+json' }, body: { spec } };
    assert.equal((await it.ask(`PATCH ${leases}/node-0`, patch)).status, 200);
    slowestMs = Math.max(slowestMs, performance.now() - begun);
    await Promise.all(lists);
  }
  assert.ok(slowestMs < 1000, `the slowest renewal took ${slowestMs} ms`);
  assert.equal(ended, 0, 'no watch is dropped');
  cut.abort();
});

test('scenarios 33 and 53: whoever may only update or patch cannot create by it', async () => {
  const rules = [
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['update', 'patch'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['update', 'patch'] },
  ];
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  await it.ask(`POST ${rbac}/roles`, { body: { metadata: { name: 'changer' }, rules } });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'changer' };
  const subjects = [{ kind: 'User', name: 'alice', apiGroup: 'rbac.authorization.k8s.io' }];
  await it.ask(`POST ${rbac}/rolebindings`, { body: { metadata: { name: 'changer' }, roleRef, subjects } });
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  const lease = { metadata: { name: 'absent' }, spec: {} };
  const apply = {
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'absent' } },
  };
  const asked = async (as: 'alice' | 'admin', target: string, request: object): Promise<number> =>
    (await it.ask(target, { ...request, as })).status;
  assert.equal(await asked('alice', `PUT ${leases}/absent`, { body: lease }), 403);
  assert.equal(await asked('alice', `PATCH ${configMaps}/absent?fieldManager=m`, apply), 403);
  assert.equal(await asked('alice', `PUT ${configMaps}/absent`, { body: { metadata: { name: 'absent' } } }), 404);
  assert.equal(await asked('admin', `PUT ${leases}/absent`, { body: lease }), 201);
  assert.equal(await asked('admin', `PATCH ${configMaps}/absent?fieldManager=m`, apply), 201);
});

test('scenarios 12 and 13: a body may leave out what it is, but may not be something else', async () => {
  const made = await it.ask(`POST ${configMaps}`, { body: { metadata: { name: 'unnamed-kind' } } });
  assert.deepEqual([made.status, made.json?.kind, made.json?.apiVersion], [201, 'ConfigMap', 'v1']);
  const other = await it.ask(`POST ${configMaps}`, {
    body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } },
  });
  assert.equal(other.status, 400);
  const text =
    'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion';
  assert.equal(other.json?.message, text);
});

test('scenario 40: a JSON patch has at most ten thousand operations', async () => {
  await it.ask(`POST ${configMaps}`, { body: { metadata: { name: 'counted' }, data: { a: '1' } } });
  const operations = (count: number): object[] =>
    Array.from({ length: count }, () => ({ op: 'test', path: '/data/a', value: '1' }));
  const headers = { 'content-type': 'application/json-patch+json' };
  const patch = (count: number) => it.ask(`PATCH ${configMaps}/counted`, { headers, body: operations(count) });
  assert.equal((await patch(10_000)).status, 200);
  const refused = await patch(10_001);
  assert.equal(refused.status, 413);
  assert.match(String(refused.json?.message), /maximum operations in a JSON patch is 10000, got 10001/);
});
