import type { MetricsRegistry } from '#base/metrics.ts';
import type { WorkQueue } from '#reconcile/work-queue.ts';

/** A queue and how its controller calls it. */
export interface NamedQueue {
  readonly name: string;
  readonly queue: WorkQueue;
}

/** Upstream's, in seconds. */
const secondsBounds = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];

/** Tells of queues what upstream's work queues tell, under the same names. To be called before they are filled. */
export function addQueueMetrics(registry: MetricsRegistry, queues: readonly NamedQueue[]): void {
  const labels = ['name'];
  const each = (read: (queue: WorkQueue) => number) => () =>
    queues.map(({ name, queue }) => [[name], read(queue)] as const);
  registry.gauge(
    'workqueue_depth',
    'Keys that could be worked on now.',
    labels,
    each((queue) => queue.length),
  );
  const adds = 'How often a key was given to the queue to be worked on.';
  registry.gauge(
    'workqueue_adds_total',
    adds,
    labels,
    each((queue) => queue.adds),
    'counter',
  );
  const retries = 'How often a key was given back after a failure.';
  registry.gauge(
    'workqueue_retries_total',
    retries,
    labels,
    each((queue) => queue.givenBack),
    'counter',
  );
  const waited = registry.histogram(
    'workqueue_queue_duration_seconds',
    'How long keys waited for somebody to work on them, in seconds.',
    secondsBounds,
    labels,
  );
  const worked = registry.histogram(
    'workqueue_work_duration_seconds',
    'How long keys were worked on, in seconds.',
    secondsBounds,
    labels,
  );
  for (const { name, queue } of queues) {
    queue.measure({
      waited: (ms) => waited.observe([name], ms / 1000),
      worked: (ms) => worked.observe([name], ms / 1000),
    });
  }
}
