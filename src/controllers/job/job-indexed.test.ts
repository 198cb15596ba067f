import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JobWish, JobWorld } from '#controllers/job/test-job-world.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

const indexKey = 'batch.kubernetes.io/job-completion-index';
const failuresKey = 'batch.kubernetes.io/job-index-failure-count';
const ignoredKey = 'batch.kubernetes.io/job-index-ignored-failure-count';

async function indexedWorld(wish: JobWish): Promise<JobWorld> {
  const world = await JobWorld.create();
  await world.start();
  await world.createJob({ completionMode: 'Indexed', ...wish });
  return world;
}

function indexes(list: readonly Pod[]): readonly (string | undefined)[] {
  return list.map(({ metadata }) => metadata.annotations?.[indexKey]).sort();
}

test('each index gets a pod that knows its index by name, hostname, label, annotation and environment', async () => {
  const world = await indexedWorld({ parallelism: 2, completions: 4 });
  assert.deepEqual(indexes(await world.active()), ['0', '1']);
  const pod = await world.podOfIndex(1);
  assert.match(pod.metadata.name, /^j-1-[a-z0-9]{5}$/);
  assert.equal(pod.metadata.generateName, 'j-1-');
  assert.equal(pod.spec.hostname, 'j-1');
  assert.equal(pod.metadata.labels?.[indexKey], '1');
  const [variable] = pod.spec.containers[0]?.env ?? [];
  assert.equal(variable?.name, 'JOB_COMPLETION_INDEX');
  assert.equal(variable?.valueFrom?.fieldRef?.fieldPath, `metadata.labels['${indexKey}']`);
  for (const index of [0, 1, 2, 3]) {
    await world.succeed(await world.podOfIndex(index));
    await world.pass(1_000);
  }
  const { completedIndexes, succeeded } = (await world.job()).status;
  assert.deepEqual([completedIndexes, succeeded], ['0-3', 4]);
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
});

test('a failed index is tried again under the same index', async () => {
  const world = await indexedWorld({ parallelism: 2, completions: 2 });
  await world.fail(await world.podOfIndex(1));
  await world.pass(12_000);
  assert.deepEqual(indexes(await world.active()), ['0', '1']);
  assert.equal((await world.job()).status.failed, 1);
});

test('of two pods with one index the better one stays', async () => {
  const world = await indexedWorld({ parallelism: 2, completions: 2 });
  const first = await world.podOfIndex(1);
  const { labels, annotations } = first.metadata;
  const twin = { metadata: { namespace: 'ns', name: 'twin', labels, annotations }, spec: first.spec };
  await world.client.create(pods, twin as never);
  await world.run(await world.client.get(pods, { namespace: 'ns', name: 'twin' }));
  await world.pass(2_000);
  assert.equal((await world.podOfIndex(1)).metadata.name, 'twin');
  assert.equal((await world.job()).status.failed, undefined);
});

test('completions and parallelism shrink and grow together; forgotten indexes run again', async () => {
  const world = await indexedWorld({ parallelism: 3, completions: 3 });
  await world.succeed(await world.podOfIndex(2));
  await world.pass(1_000);
  assert.equal((await world.job()).status.completedIndexes, '2');
  await world.patchJob({ spec: { parallelism: 2, completions: 2 } });
  const cut = (await world.job()).status;
  assert.deepEqual([cut.completedIndexes, cut.succeeded, cut.active], [undefined, undefined, 2]);
  await world.patchJob({ spec: { parallelism: 4, completions: 4 } });
  assert.deepEqual(indexes(await world.active()), ['0', '1', '2', '3']);
  await world.patchJob({ spec: { parallelism: 1, completions: 1 } });
  await world.pass(1_000);
  assert.deepEqual(indexes(await world.active()), ['0']);
  assert.equal((await world.job()).status.failed, undefined);
});

test('an index fails after its own limit, and the job ends Failed when all indexes have ended', async () => {
  const world = await indexedWorld({ parallelism: 2, completions: 2, backoffLimitPerIndex: 1 });
  assert.equal((await world.job()).status.failedIndexes, '');
  await world.succeed(await world.podOfIndex(1));
  const first = await world.podOfIndex(0);
  assert.equal(first.metadata.annotations?.[failuresKey], '0');
  await world.fail(first);
  await world.pass(5_000);
  assert.equal((await world.job()).status.failed, undefined, 'counted only when the replacement stands');
  assert.equal((await world.client.get(pods, first.metadata)).metadata.finalizers?.length, 1);
  await world.client.delete(pods, first.metadata);
  await world.pass(7_000);
  const second = await world.podOfIndex(0);
  assert.equal(second.metadata.annotations?.[failuresKey], '1');
  assert.equal((await world.job()).status.failed, 1);
  await world.fail(second);
  await world.pass(2_000);
  const { failed, failedIndexes, completedIndexes } = (await world.job()).status;
  assert.deepEqual([failed, failedIndexes, completedIndexes], [2, '0', '1']);
  assert.deepEqual(await world.conditions(), ['FailureTarget/FailedIndexes', 'Failed/FailedIndexes']);
});

test('a failed pod stays until its index is tried again, though somebody deletes it, and is counted only then', async () => {
  const world = await indexedWorld({ completions: 1, backoffLimitPerIndex: 1 });
  const first = await world.podOfIndex(0);
  await world.fail(first);
  await world.client.delete(pods, first.metadata, { gracePeriodSeconds: 0 });
  await world.pass(8_000);
  const held = await world.client.get(pods, first.metadata);
  assert.deepEqual(held.metadata.finalizers, ['batch.kubernetes.io/job-tracking']);
  assert.equal((await world.job()).status.failed, undefined);
  await world.pass(4_000);
  assert.deepEqual(
    (await world.pods()).map(({ metadata }) => metadata.annotations?.[failuresKey]),
    ['1'],
  );
  assert.equal((await world.job()).status.failed, 1);
});

test('the limit of the whole job ends it though no index has used up its own', async () => {
  const world = await indexedWorld({ parallelism: 3, completions: 3, backoffLimitPerIndex: 1, backoffLimit: 2 });
  for (const index of [0, 1, 2]) {
    assert.deepEqual(await world.conditions(), []);
    await world.fail(await world.podOfIndex(index));
    await world.pass(12_000);
  }
  assert.deepEqual(await world.conditions(), ['FailureTarget/BackoffLimitExceeded', 'Failed/BackoffLimitExceeded']);
  const { failed, failedIndexes, completedIndexes } = (await world.job()).status;
  assert.deepEqual([failed, failedIndexes, completedIndexes], [5, '', undefined]);
});

test('too many failed indexes end the job before the others start', async () => {
  const world = await indexedWorld({ parallelism: 1, completions: 4, backoffLimitPerIndex: 0, maxFailedIndexes: 0 });
  await world.fail(await world.podOfIndex(0));
  await world.pass(5_000);
  assert.deepEqual(await world.conditions(), [
    'FailureTarget/MaxFailedIndexesExceeded',
    'Failed/MaxFailedIndexesExceeded',
  ]);
  assert.equal((await world.job()).status.failedIndexes, '0');
  assert.equal((await world.pods()).length, 1);
});

test('FailIndex gives an index up without a retry', async () => {
  const rules = [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [1] } }];
  const world = await indexedWorld({
    parallelism: 2,
    completions: 3,
    backoffLimitPerIndex: 5,
    podFailurePolicy: { rules },
  });
  await world.fail(await world.podOfIndex(1));
  await world.pass(1_000);
  assert.equal((await world.job()).status.failedIndexes, '1');
  assert.deepEqual(indexes(await world.active()), ['0', '2']);
});

test('an ignored failure of an index is carried apart from the counted ones', async () => {
  const rules = [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [9] } }];
  const world = await indexedWorld({ completions: 1, backoffLimitPerIndex: 1, podFailurePolicy: { rules } });
  await world.fail(await world.podOfIndex(0), { exitCode: 9 });
  await world.pass(12_000);
  const second = await world.podOfIndex(0);
  assert.deepEqual([second.metadata.annotations?.[failuresKey], second.metadata.annotations?.[ignoredKey]], ['0', '1']);
  await world.fail(second);
  await world.pass(25_000);
  const third = await world.podOfIndex(0);
  assert.deepEqual([third.metadata.annotations?.[failuresKey], third.metadata.annotations?.[ignoredKey]], ['1', '1']);
  assert.equal((await world.job()).status.failed, 1);
});

test('a success policy stops the rest, uncounted, and completes when they are gone', async () => {
  const successPolicy = { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] };
  const world = await indexedWorld({ parallelism: 3, completions: 3, successPolicy });
  for (const pod of await world.pods()) await world.run(pod);
  await world.succeed(await world.podOfIndex(2));
  await world.pass(1_000);
  assert.deepEqual(await world.conditions(), []);
  const [left, winner] = [await world.podOfIndex(0), await world.podOfIndex(1)];
  await world.succeed(winner);
  await world.pass(1_000);
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/SuccessPolicy']);
  assert.equal((await world.job()).status.terminating, 1);
  await world.succeed(left);
  await world.pass(1_000);
  assert.deepEqual(await world.conditions(), ['SuccessCriteriaMet/SuccessPolicy', 'Complete/SuccessPolicy']);
  const { completedIndexes, failed, conditions } = (await world.job()).status;
  assert.deepEqual([completedIndexes, failed], ['1,2', undefined]);
  assert.equal(conditions?.[1]?.message, 'Matched rules at index 0');
});
