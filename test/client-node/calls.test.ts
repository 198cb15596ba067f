import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import {
  ApiException,
  AuthorizationV1Api,
  BatchV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  Log,
  PatchStrategy,
  PolicyV1Api,
  setHeaderOptions,
  type V1Job,
  V1MicroTime,
  type V1Pod,
  VersionApi,
  Watch,
} from '@kubernetes/client-node';
import { startCluster, type TestCluster } from '../black-box/cluster.ts';

const namespace = 'default';
let cluster: TestCluster;
let config: KubeConfig;

before(async () => {
  cluster = await startCluster();
  config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
});
after(async () => {
  await cluster.stop();
});

/** The refusal that a call must end with. */
async function refused(call: Promise<unknown>): Promise<{ readonly code: number; readonly reason: unknown }> {
  const error = await call.then(
    () => assert.fail('the call should have been refused'),
    (problem: unknown) => problem,
  );
  assert.ok(error instanceof ApiException, String(error));
  const body: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
  return { code: error.code, reason: (body as { reason?: unknown }).reason };
}

/** Resolves with the first object of a watch that `accepts` likes. */
async function watched<T>(
  path: string,
  query: { readonly [name: string]: string | undefined },
  accepts: (type: string, object: T) => boolean,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onEvent = (type: string, object: T): void => {
    if (accepts(type, object)) resolve(object);
  };
  const request = await new Watch(config).watch(path, query, onEvent, (error) => reject(error ?? new Error('ended')));
  try {
    return await promise;
  } finally {
    request.abort();
  }
}

function job(name: string, script: string, more: object = {}): V1Job {
  const container = { name: 'main', image: 'busybox', command: ['sh', '-c', script] };
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace }, spec: { template, ...more } };
}

function isTrue(object: V1Job, type: string): boolean {
  return (
    object.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
  );
}

test('a Job is created, watched to its end, its log read, and deleted with its pods', async () => {
  const batch = config.makeApiClient(BatchV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const made = await batch.createNamespacedJob({ namespace, body: job('greet', 'echo hello; echo world') });
  assert.ok(made.metadata?.creationTimestamp instanceof Date);
  const query = { fieldSelector: 'metadata.name=greet' };
  const done = await watched<V1Job>(`/apis/batch/v1/namespaces/${namespace}/jobs`, query, (_type, object) =>
    isTrue(object, 'Complete'),
  );
  assert.equal(done.status?.succeeded, 1);
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'batch.kubernetes.io/job-name=greet' });
  const name = items[0]?.metadata?.name ?? '';
  assert.equal(await core.readNamespacedPodLog({ namespace, name }), 'hello\nworld\n');
  assert.equal(await core.readNamespacedPodLog({ namespace, name, tailLines: 1, timestamps: false }), 'world\n');
  const stream = new PassThrough();
  const all = text(stream);
  await new Log(config).log(namespace, name, 'main', stream, { follow: true });
  assert.equal(await all, 'hello\nworld\n');
  await batch.deleteNamespacedJob({ namespace, name: 'greet', propagationPolicy: 'Foreground' });
  await watchedGone(name);
  assert.deepEqual(await refused(batch.readNamespacedJob({ namespace, name: 'greet' })), {
    code: 404,
    reason: 'NotFound',
  });
});

/** Waits until a pod is gone, from now or from before. */
async function watchedGone(name: string): Promise<void> {
  const core = config.makeApiClient(CoreV1Api);
  const { items, metadata } = await core.listNamespacedPod({ namespace, fieldSelector: `metadata.name=${name}` });
  if (items.length === 0) return;
  const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: metadata?.resourceVersion };
  await watched<V1Pod>(`/api/v1/namespaces/${namespace}/pods`, query, (type) => type === 'DELETED');
}

test('patches of all four types do what their type says', async () => {
  const core = config.makeApiClient(CoreV1Api);
  const name = 'patched';
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { a: '1', b: '2' } } });
  const as = (type: PatchStrategy): ReturnType<typeof setHeaderOptions> => setHeaderOptions('Content-Type', type);
  // Without a word about the type, the library sends a JSON patch.
  const operations = [{ op: 'replace', path: '/data/a', value: '3' }];
  assert.equal((await core.patchNamespacedConfigMap({ namespace, name, body: operations })).data?.a, '3');
  const merged = await core.patchNamespacedConfigMap(
    { namespace, name, body: { data: { b: null, c: '4' } } },
    as(PatchStrategy.MergePatch),
  );
  assert.deepEqual(merged.data, { a: '3', c: '4' });
  const labelled = await core.patchNamespacedConfigMap(
    { namespace, name, body: { metadata: { labels: { x: 'y' } } } },
    as(PatchStrategy.StrategicMergePatch),
  );
  assert.deepEqual(labelled.metadata?.labels, { x: 'y' });
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { a: '5' } };
  const apply = core.patchNamespacedConfigMap(
    { namespace, name, body, fieldManager: 'other' },
    as(PatchStrategy.ServerSideApply),
  );
  assert.deepEqual(await refused(apply), { code: 409, reason: 'Conflict' });
  const forced = await core.patchNamespacedConfigMap(
    { namespace, name, body, fieldManager: 'other', force: true },
    as(PatchStrategy.ServerSideApply),
  );
  assert.equal(forced.data?.a, '5');
});

test('objects of any kind go through the general client', async () => {
  const client = KubernetesObjectApi.makeApiClient(config);
  const header = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly', namespace } };
  const spec = { schedule: '0 3 * * *', suspend: true, jobTemplate: { spec: job('x', 'true').spec } };
  const created = await client.create({ ...header, spec });
  assert.equal(created.metadata?.name, 'nightly');
  const patched = await client.patch({ ...header, spec: { schedule: '0 4 * * *' } } as never);
  assert.equal((patched as unknown as { spec: { schedule: string } }).spec.schedule, '0 4 * * *');
  const read = await client.read(header);
  const changed: KubernetesObject = { ...read, spec: { ...spec, schedule: '0 5 * * *' } } as never;
  const replaced = await client.replace(changed);
  assert.equal(BigInt(replaced.metadata?.resourceVersion ?? 0) > BigInt(read.metadata?.resourceVersion ?? 0), true);
  const listed = await client.list('batch/v1', 'CronJob', namespace);
  assert.deepEqual(
    listed.items.map(({ metadata }) => metadata?.name),
    ['nightly'],
  );
  const namespaced = await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'made-by-client' } });
  assert.equal(namespaced.metadata?.name, 'made-by-client');
  assert.equal((await client.delete(header)).status, 'Success');
  assert.deepEqual(await refused(client.read(header)), { code: 404, reason: 'NotFound' });
});

test('an eviction waits for the budget, then takes the pod', async () => {
  const core = config.makeApiClient(CoreV1Api);
  const policy = config.makeApiClient(PolicyV1Api);
  const labels = { app: 'guarded' };
  const container = { name: 'main', image: 'busybox', command: ['sleep', '600'] };
  const spec = { containers: [container], terminationGracePeriodSeconds: 0 };
  await core.createNamespacedPod({ namespace, body: { metadata: { name: 'guarded', labels }, spec } });
  const query = { fieldSelector: 'metadata.name=guarded' };
  await watched<V1Pod>(
    `/api/v1/namespaces/${namespace}/pods`,
    query,
    (_type, { status }) => status?.phase === 'Running',
  );
  const budget = { metadata: { name: 'guard' }, spec: { minAvailable: 1, selector: { matchLabels: labels } } };
  await policy.createNamespacedPodDisruptionBudget({ namespace, body: budget });
  const body = { metadata: { name: 'guarded', namespace } };
  const eviction = (): Promise<unknown> => core.createNamespacedPodEviction({ namespace, name: 'guarded', body });
  assert.deepEqual(await refused(eviction()), { code: 429, reason: 'TooManyRequests' });
  await policy.deleteNamespacedPodDisruptionBudget({ namespace, name: 'guard' });
  await eviction();
  await watchedGone('guarded');
});

test('a lease is held by whoever wrote last, and nobody writes over what he has not seen', async () => {
  const coordination = config.makeApiClient(CoordinationV1Api);
  const name = 'leader';
  const renewTime = new V1MicroTime();
  const spec = { holderIdentity: 'one', leaseDurationSeconds: 15, renewTime, acquireTime: renewTime };
  const held = await coordination.createNamespacedLease({ namespace, body: { metadata: { name }, spec } });
  assert.equal(JSON.stringify(held.spec?.renewTime), JSON.stringify(renewTime));
  const taken = await coordination.replaceNamespacedLease({
    namespace,
    name,
    body: { ...held, spec: { ...held.spec, holderIdentity: 'two' } },
  });
  assert.equal(taken.spec?.holderIdentity, 'two');
  const late = coordination.replaceNamespacedLease({ namespace, name, body: held });
  assert.deepEqual(await refused(late), { code: 409, reason: 'Conflict' });
});

test('refusals come as the exceptions that programs catch', async () => {
  const core = config.makeApiClient(CoreV1Api);
  const batch = config.makeApiClient(BatchV1Api);
  const body = { metadata: { name: 'twice' } };
  await core.createNamespacedConfigMap({ namespace, body });
  assert.deepEqual(await refused(core.createNamespacedConfigMap({ namespace, body })), {
    code: 409,
    reason: 'AlreadyExists',
  });
  const invalid = batch.createNamespacedJob({ namespace, body: job('Bad_Name', 'true') });
  assert.deepEqual(await refused(invalid), { code: 422, reason: 'Invalid' });
  const nowhere = core.createNamespacedConfigMap({ namespace: 'nowhere', body });
  assert.deepEqual(await refused(nowhere), { code: 404, reason: 'NotFound' });
});

test('the rest of what programs ask at their start is answered', async () => {
  const core = config.makeApiClient(CoreV1Api);
  assert.match((await config.makeApiClient(VersionApi).getCode()).gitVersion, /^v\d+\.\d+\.\d+/);
  const spec = { resourceAttributes: { namespace, verb: 'create', group: 'batch', resource: 'jobs' } };
  const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({ body: { spec } });
  assert.equal(review.status?.allowed, true);
  const expirationSeconds = 3600;
  const token = await core.createNamespacedServiceAccountToken({
    namespace,
    name: 'default',
    body: { spec: { audiences: [], expirationSeconds } },
  });
  assert.equal(token.status?.token?.split('.').length, 3);
  const [first] = (await core.listNode()).items;
  assert.ok(first?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'));
  const page = await core.listConfigMapForAllNamespaces({ limit: 1 });
  const rest = await core.listConfigMapForAllNamespaces({ limit: 500, _continue: page.metadata?._continue ?? '' });
  assert.equal(page.items.length + rest.items.length, (await core.listConfigMapForAllNamespaces()).items.length);
  const custom = config.makeApiClient(CustomObjectsApi);
  const jobs: unknown = await custom.listNamespacedCustomObject({
    group: 'batch',
    version: 'v1',
    namespace,
    plural: 'jobs',
  });
  assert.equal((jobs as { kind: string }).kind, 'JobList');
});
