import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStaleDisruptionController } from '#controllers/disruption/stale-disruption-controller.ts';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { pods } from '#kinds/pod/pod.ts';

const namespace = 'ns';

async function announce(world: JobWorld, name: string, reason: string, phase = 'Running'): Promise<void> {
  const spec = { nodeName: 'n1', containers: [{ name: 'main', image: 'i:1' }] };
  await world.client.create(pods, { metadata: { namespace, name }, spec } as never);
  const lastTransitionTime = timestamp(world.clock.now());
  const conditions = [{ type: 'DisruptionTarget', status: 'True', reason, message: 'soon', lastTransitionTime }];
  const body = { status: { phase, conditions } };
  await world.client.patch(pods, { namespace, name }, { type: 'strategic', body }, { subresource: 'status' });
}

async function shown(world: JobWorld, name: string) {
  const { status } = await world.client.get(pods, { namespace, name });
  return findCondition(status.conditions, 'DisruptionTarget');
}

test('what was said of the end of a pod is taken back when nobody brings it about', async () => {
  const world = await JobWorld.create();
  await world.start(createStaleDisruptionController);
  for (const [name, reason, phase] of [
    ['spared', 'PreemptionByScheduler', 'Running'],
    ['slow', 'TerminationByKubelet', 'Running'],
    ['ended', 'EvictionByEvictionAPI', 'Failed'],
    ['going', 'EvictionByEvictionAPI', 'Running'],
  ] as const) {
    await announce(world, name, reason, phase);
  }
  await world.client.delete(pods, { namespace, name: 'going' });
  await world.pass(119_000);
  assert.equal((await shown(world, 'spared'))?.status, 'True');
  await world.pass(2_000);
  const { type, status, reason, message } = (await shown(world, 'spared')) ?? {};
  assert.deepEqual([type, status, reason, message], ['DisruptionTarget', 'False', undefined, undefined]);
  for (const name of ['slow', 'ended', 'going']) assert.equal((await shown(world, name))?.status, 'True', name);
});
