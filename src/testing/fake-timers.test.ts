import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { jobs } from '#kinds/job/job.ts';
import { createCluster } from '#testing/create-cluster.ts';
import { conditionsOf, jobOf, simulatedJob } from '#testing/test-jobs.ts';

/** What the fake timers of jest, vitest, sinon and node:test put in place of the global ones: calls that are not made. */
const fakes = { setTimeout: ignore, setInterval: ignore, setImmediate: ignore, queueMicrotask: ignore };
const real = { setTimeout, setInterval, setImmediate, queueMicrotask };
const realNow = Date.now;

function ignore(): void {}

beforeEach(() => {
  Object.assign(globalThis, fakes);
  Date.now = () => 0;
});

afterEach(() => {
  Object.assign(globalThis, real);
  Date.now = realNow;
});

for (const clock of ['virtual', 'system'] as const) {
  test(`a cluster with the ${clock} clock goes on where a test has put fake timers in place of the real ones`, async () => {
    const cluster = await createCluster({ clock });
    const started = cluster.now();
    await cluster.client.create(jobs, simulatedJob('short', {}, { run: 100, exit: 0 }));
    const complete = async (): Promise<boolean> => conditionsOf(await jobOf(cluster.client, 'short')).length > 0;
    if (clock === 'virtual') await cluster.runUntil(complete);
    else await turnsUntil(complete);
    await cluster.stop();
    assert.ok(cluster.now() > started);
  });
}

/** A loop that waits for nothing would let nobody else have a turn. */
async function turnsUntil(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise<void>((resolve) => real.setImmediate(resolve));
}
