import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '#base/log.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

test('a queued controller follows the news from its start to its stop, and lets go of its own only after the last key', async () => {
  const clock = new VirtualClock();
  const queue = new WorkQueue(clock, { msBase: 1_000, msMax: 60_000 });
  const said: string[] = [];
  const controller = createQueuedController({
    name: 'test',
    queue,
    workers: 1,
    caches: [],
    log: silentLogger,
    follow: () => {
      said.push('follows');
      queue.add('a');
      return [() => said.push('ends one'), () => said.push('ends two')];
    },
    reconcile: async (key, signal) => {
      said.push(key);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      said.push(`${key} is done`);
      return 'done';
    },
    release: () => said.push('lets go'),
  });
  assert.deepEqual(said, []);
  controller.start();
  await clock.advance(0);
  assert.deepEqual(said, ['follows', 'a']);
  await controller.stop();
  assert.deepEqual(said.slice(2), ['ends one', 'ends two', 'a is done', 'lets go']);
});

test('a queued controller that was never started can be stopped', async () => {
  const queue = new WorkQueue(new VirtualClock(), { msBase: 1_000, msMax: 60_000 });
  const reconcile = async () => 'done' as const;
  const parts = { name: 'test', queue, workers: 1, caches: [], log: silentLogger, reconcile };
  await createQueuedController({ ...parts, follow: () => [] }).stop();
});
