import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from '#server/test-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

let it: TestServer;
before(async () => {
  it = await startTestServer();
});
after(() => it.close());

/** The samples of a family, by what stands in braces. */
async function samples(name: string): Promise<{ readonly [series: string]: number }> {
  const { text } = await it.ask('GET /metrics');
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => {
      const [, series = '', value] = /^[^{ ]+(?:\{(.*)\})? (\S+)$/.exec(line) ?? assert.fail(line);
      return [series, Number(value)];
    }),
  );
}

const series = (verb: string, scope: string, more = ''): string =>
  `verb="${verb}",dry_run="",group="",version="v1",resource="configmaps",subresource="",scope="${scope}",component="apiserver"${more}`;

test('requests are counted by what was asked for and how it ended', async () => {
  await it.ask(`POST ${configMaps}`, { body: { metadata: { name: 'a' } } });
  for (const name of ['a', 'a', 'none']) await it.ask(`GET ${configMaps}/${name}`);
  await it.ask(`GET ${configMaps}`);
  const total = await samples('apiserver_request_total');
  assert.equal(total[series('POST', 'namespace', ',code="201"')], 1);
  assert.equal(total[series('GET', 'resource', ',code="200"')], 2);
  assert.equal(total[series('GET', 'resource', ',code="404"')], 1);
  assert.equal(total[series('LIST', 'namespace', ',code="200"')], 1);
  const counts = await samples('apiserver_request_duration_seconds_count');
  assert.equal(counts[series('GET', 'resource')], 3);
});

test('what nobody serves makes no series', async () => {
  const before = Object.keys(await samples('apiserver_request_total')).length;
  for (const path of ['/api/v1/nothing', '/nothing', '/apis/none.example/v1/any']) await it.ask(`GET ${path}`);
  assert.equal(Object.keys(await samples('apiserver_request_total')).length, before);
});

test('a watch is long-running while it is open', async () => {
  const cut = new AbortController();
  const { body } = await it.open(`GET ${configMaps}?watch=1`, { signal: cut.signal });
  body.on('error', () => {});
  assert.deepEqual(await samples('apiserver_longrunning_requests'), { '': 1 });
  assert.deepEqual(await samples('apiserver_current_inflight_requests'), {
    'request_kind="mutating"': 0,
    'request_kind="readOnly"': 0,
  });
  cut.abort();
});

test('stored objects are counted, and the process tells of itself', async () => {
  assert.equal((await samples('apiserver_storage_objects'))['resource="configmaps"'], 1);
  assert.equal((await samples('apiserver_storage_objects'))['resource="jobs.batch"'], 0);
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_start_time_seconds']) {
    assert.ok(((await samples(name))[''] ?? 0) > 0, name);
  }
});

test('only those who may read metrics do, as text of version 0.0.4', async () => {
  const { headers } = await it.ask('GET /metrics');
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal((await it.ask('GET /metrics', { as: 'alice' })).status, 403);
  const binding = {
    metadata: { name: 'alice-monitors' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:monitoring' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice' }],
  };
  const made = await it.ask('POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { body: binding });
  assert.equal(made.status, 201, made.text);
  assert.equal((await it.ask('GET /metrics', { as: 'alice' })).status, 200);
});
