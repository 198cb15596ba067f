import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDisruptionController } from '#controllers/disruption/disruption-controller.ts';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { deployments } from '#kinds/deployment/deployment.ts';
import { type ApiError, isApiError } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import { podDisruptionBudgets } from '#kinds/pod-disruption-budget/pod-disruption-budget.ts';
import type { PodDisruptionBudgetSpec } from '#kinds/pod-disruption-budget/schema.ts';
import { replicaSets } from '#kinds/replica-set/replica-set.ts';
import { container } from '#kinds/test-objects.ts';

const namespace = 'ns';
const selector = { matchLabels: { app: 'x' } };

async function start(spec: PodDisruptionBudgetSpec, names: readonly string[] = ['a', 'b']): Promise<JobWorld> {
  const world = await JobWorld.create();
  await world.start(createDisruptionController);
  await world.client.create(podDisruptionBudgets, { metadata: { namespace, name: 'p' }, spec });
  for (const name of names) await createPod(world, name);
  await world.pass(1_000);
  return world;
}

async function createPod(world: JobWorld, name: string, metadata: object = {}): Promise<void> {
  const spec = { nodeName: 'n1', containers: [{ name: 'main', image: 'i:1' }] };
  await world.client.create(pods, { metadata: { namespace, name, labels: { app: 'x' }, ...metadata }, spec } as never);
  await setReady(world, name, 'True');
}

async function setReady(world: JobWorld, name: string, status: string): Promise<void> {
  const body = { status: { phase: 'Running', conditions: [{ type: 'Ready', status }] } };
  await world.client.patch(pods, { namespace, name }, { type: 'strategic', body }, { subresource: 'status' });
}

async function budget(world: JobWorld) {
  return (await world.client.get(podDisruptionBudgets, { namespace, name: 'p' })).status;
}

async function evict(world: JobWorld, name: string): Promise<ApiError | undefined> {
  try {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    await world.client.createSubresource(pods, { namespace, name }, 'eviction', body);
    return undefined;
  } catch (error) {
    assert.ok(isApiError(error));
    return error;
  }
}

test('one eviction passes, the next is refused until another pod is ready', async () => {
  const world = await start({ minAvailable: 1, selector });
  const { conditions, ...counts } = await budget(world);
  assert.deepEqual(counts, {
    observedGeneration: 1,
    disruptionsAllowed: 1,
    currentHealthy: 2,
    desiredHealthy: 1,
    expectedPods: 2,
  });
  const [condition] = conditions ?? [];
  assert.deepEqual(
    [condition?.type, condition?.status, condition?.reason],
    ['DisruptionAllowed', 'True', 'SufficientPods'],
  );
  assert.deepEqual([await evict(world, 'a'), (await evict(world, 'b'))?.code], [undefined, 429]);
  await world.pass(1_000);
  const refused = await evict(world, 'b');
  assert.equal(refused?.message, "Cannot evict pod as it would violate the pod's disruption budget.");
  assert.deepEqual(refused.details, {
    causes: [
      { reason: 'DisruptionBudget', message: 'The disruption budget p needs 1 healthy pods and has 1 currently' },
    ],
  });
  await createPod(world, 'c');
  await world.pass(1_000);
  assert.equal(await evict(world, 'b'), undefined);
});

test('of many evictions at once no more pass than are allowed', async () => {
  const world = await start({ minAvailable: 3, selector }, ['a', 'b', 'c', 'd', 'e']);
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => evict(world, name)));
  assert.equal(answers.filter((answer) => answer === undefined).length, 2);
});

test('what does not serve may go: pending pods, and unready ones while enough are healthy', async () => {
  const world = await start({ minAvailable: 2, selector });
  assert.equal((await evict(world, 'a'))?.code, 429);
  await createPod(world, 'c');
  await setReady(world, 'c', 'False');
  await world.pass(1_000);
  assert.equal(await evict(world, 'c'), undefined);
  await setReady(world, 'b', 'False');
  await world.pass(1_000);
  assert.equal((await evict(world, 'b'))?.code, 429);
});

test('where unhealthy pods may always go, they cost the budget nothing; ready ones do', async () => {
  const world = await start({ minAvailable: 2, selector, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  await setReady(world, 'a', 'False');
  await world.pass(1_000);
  const { disruptionsAllowed, currentHealthy } = await budget(world);
  assert.deepEqual([disruptionsAllowed, currentHealthy], [0, 1]);
  assert.equal((await evict(world, 'b'))?.code, 429);
  assert.equal(await evict(world, 'a'), undefined);
  assert.equal((await budget(world)).disruptedPods, undefined);
});

test('an empty selector guards all pods of the namespace, those without labels too; none guards nobody', async () => {
  for (const [given, healthy] of [
    [{}, 3],
    [{ matchExpressions: [{ key: 'none', operator: 'DoesNotExist' }] }, 3],
    [undefined, 0],
  ] as const) {
    const world = await start({ minAvailable: 1, ...(given && { selector: given }) });
    await createPod(world, 'bare', { labels: undefined });
    await world.pass(1_000);
    assert.equal((await budget(world)).currentHealthy, healthy);
  }
});

test('a granted eviction whose pod stays is taken back after two minutes', async () => {
  const world = await start({ minAvailable: 1, selector });
  const status = {
    ...(await budget(world)),
    disruptionsAllowed: 0,
    disruptedPods: { a: new Date(world.clock.now()).toISOString() },
  };
  const body = { status };
  await world.client.patch(
    podDisruptionBudgets,
    { namespace, name: 'p' },
    { type: 'merge', body },
    { subresource: 'status' },
  );
  await world.pass(60_000);
  assert.equal((await budget(world)).currentHealthy, 1);
  await world.pass(62_000);
  const events = await world.events();
  assert.ok(events.some((line) => /^Warning NotDeleted Pod was expected by PDB ns\/p to be deleted but/.test(line)));
  assert.equal((await budget(world)).currentHealthy, 2);
  assert.equal((await budget(world)).disruptedPods, undefined);
});

test('pods of nobody are no measure for a share, and the budget says so', async () => {
  const matchExpressions = [{ key: 'tier', operator: 'In', values: ['a', 'b'] }];
  const world = await start({ maxUnavailable: 1, selector: { ...selector, matchExpressions } }, []);
  await createPod(world, 'a', { labels: { app: 'x', tier: 'b' } });
  await world.pass(1_000);
  assert.deepEqual((await budget(world)).expectedPods, 0);
  const text =
    'Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: x,},' +
    'MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:tier,Operator:In,Values:[a b],},},}) ' +
    'were found to be unmanaged.';
  assert.ok((await world.events()).some((line) => line.startsWith(`Warning UnmanagedPods ${text}`)));
});

test('a pod in two budgets cannot be evicted', async () => {
  const world = await start({ minAvailable: 0, selector });
  await world.client.create(podDisruptionBudgets, { metadata: { namespace, name: 'q' }, spec: { selector } });
  await world.pass(1_000);
  const refused = await evict(world, 'a');
  await setReady(world, 'a', 'False');
  await world.pass(1_000);
  const told = 'Warning MultiplePodDisruptionBudgets Pod "ns"/"a" matches multiple PodDisruptionBudgets.  Chose "p"';
  assert.ok((await world.events()).some((line) => line.startsWith(told)));
  assert.equal(refused?.code, 500);
  assert.match(refused.message, /^This pod has more than one PodDisruptionBudget/);
});

test('a share of pods whose controller has no scale allows nothing, and says why', async () => {
  const world = await start({ maxUnavailable: 1, selector }, []);
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true };
  await createPod(world, 'a', { ownerReferences: [owner] });
  await world.pass(1_000);
  const { disruptionsAllowed, conditions } = await budget(world);
  assert.deepEqual([disruptionsAllowed, conditions?.[0]?.reason], [0, 'SyncFailed']);
  assert.match(
    (await evict(world, 'a'))?.details?.causes?.[0]?.message ?? '',
    /because it failed sync: jobs\.batch does not implement the scale subresource$/,
  );
});

test('a budget that could never be counted has not been observed, and evictions are asked to come again', async () => {
  const world = await JobWorld.create();
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true };
  await createPod(world, 'a', { ownerReferences: [owner] });
  await world.start(createDisruptionController);
  const spec = { maxUnavailable: 1, selector };
  await world.client.create(podDisruptionBudgets, { metadata: { namespace, name: 'p' }, spec });
  await world.pass(1_000);
  const { observedGeneration, conditions } = await budget(world);
  assert.deepEqual([observedGeneration, conditions?.[0]?.reason], [undefined, 'SyncFailed']);
  const refused = await evict(world, 'a');
  assert.deepEqual([refused?.code, refused?.details?.retryAfterSeconds], [429, 10]);
});

test('a share is one of the pods that controllers want, each asked once', async () => {
  const world = await start({ maxUnavailable: '30%', selector }, []);
  const spec = {
    replicas: 4,
    selector,
    template: { metadata: { labels: { app: 'x' } }, spec: { containers: [container] } },
  };
  const whole = (await world.client.create(deployments, { metadata: { namespace, name: 'd' }, spec } as never))
    .metadata;
  const of = (kind: string, { name, uid }: { readonly name: string; readonly uid: string }) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid, controller: true }],
  });
  for (const name of ['r1', 'r2']) {
    const metadata = { namespace, name, ...of('Deployment', whole) };
    const set = await world.client.create(replicaSets, { metadata, spec } as never);
    for (const pod of ['a', 'b']) await createPod(world, `${name}-${pod}`, of('ReplicaSet', set.metadata));
  }
  await world.pass(1_000);
  const { expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed } = await budget(world);
  assert.deepEqual([expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed], [4, 2, 4, 2]);
});

test('pods whose controller is not there are not counted, which is said', async () => {
  const world = await start({ minAvailable: '50%', selector }, []);
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'gone', uid: 'u', controller: true };
  await createPod(world, 'a', { ownerReferences: [owner] });
  await world.pass(1_000);
  const [condition] = (await budget(world)).conditions ?? [];
  assert.deepEqual([condition?.reason, condition?.message], ['SyncFailed', 'found no controllers for pod "a"']);
});
