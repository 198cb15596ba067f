import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MetricsRegistry } from '#base/metrics.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { addQueueMetrics } from '#reconcile/queue-metrics.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

test('a queue tells how much it holds, what came, what failed, and how long keys waited and were worked on', async () => {
  const clock = new VirtualClock(0);
  const queue = new WorkQueue(clock, { msBase: 5, msMax: 10 });
  const registry = new MetricsRegistry();
  addQueueMetrics(registry, [{ name: 'job', queue }]);
  queue.add('a');
  queue.add('a');
  queue.add('b');
  await clock.advance(50);
  const key = await queue.take();
  await clock.advance(2000);
  assert.equal(key, 'a');
  queue.addRateLimited('a');
  queue.done('a');
  const lines = [...registry.lines()].map((line) => line.trim());
  for (const line of [
    'workqueue_depth{name="job"} 1',
    'workqueue_adds_total{name="job"} 2',
    'workqueue_retries_total{name="job"} 1',
    'workqueue_queue_duration_seconds_bucket{name="job",le="0.01"} 0',
    'workqueue_queue_duration_seconds_bucket{name="job",le="0.1"} 1',
    'workqueue_queue_duration_seconds_sum{name="job"} 0.05',
    'workqueue_work_duration_seconds_bucket{name="job",le="1"} 0',
    'workqueue_work_duration_seconds_bucket{name="job",le="10"} 1',
    'workqueue_work_duration_seconds_count{name="job"} 1',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});
