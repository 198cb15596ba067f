import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Rule } from '#placement/refusal.ts';
import { SchedulingQueue, type Waiting } from '#scheduler/queue.ts';

function pod(name: string, priority = 0, spec: object = {}): Pod {
  const metadata = { namespace: 'ns', name, uid: name };
  // The queue reads no other fields.
  return { metadata, spec: { priority, containers: [], ...spec }, status: {} } as unknown as Pod;
}

class Bench {
  readonly clock = new VirtualClock();
  wakes = 0;
  readonly queue = new SchedulingQueue(this.clock, () => this.wakes++);

  pop(): string | undefined {
    return this.take()?.pod.metadata.name;
  }

  take(): Waiting | undefined {
    return this.queue.pop();
  }

  all(): string[] {
    const names: string[] = [];
    for (let name = this.pop(); name !== undefined; name = this.pop()) names.push(name);
    return names;
  }
}

const resources: ReadonlySet<Rule> = new Set(['NodeResourcesFit']);

function taken({ queue }: Bench, name: string): Waiting {
  const waiting = queue.pop();
  assert.equal(waiting?.pod.metadata.name, name);
  return waiting;
}

test('pods come out by priority, then in the order they came', () => {
  const bench = new Bench();
  for (const [name, priority] of [
    ['a', 0],
    ['b', 5],
    ['c', 0],
    ['d', 9],
    ['e', 5],
  ] as const) {
    bench.queue.set(pod(name, priority));
  }
  bench.queue.remove('ns/c');
  assert.deepEqual(bench.all(), ['d', 'b', 'e', 'a']);
});

test('a refused pod comes again only when a change may help it, or after five minutes', async () => {
  const bench = new Bench();
  bench.queue.set(pod('a'));
  bench.queue.refused(taken(bench, 'a'), resources, 'full');
  bench.queue.changed((_pod, rules) => rules.has('NodePorts'));
  assert.equal(bench.pop(), undefined);
  bench.queue.changed((_pod, rules) => rules.has('NodeResourcesFit'));
  bench.queue.refused(taken(bench, 'a'), resources, 'full');
  await bench.clock.advance(5 * 60_000 - 1);
  assert.equal(bench.pop(), undefined);
  await bench.clock.advance(30_001);
  assert.equal(bench.pop(), 'a');
});

test('the rest grows from one to ten seconds, and is kept while there is other work', async () => {
  for (const [tries, rest] of [
    [1, 1000],
    [2, 2000],
    [3, 4000],
    [4, 8000],
    [5, 10_000],
    [9, 10_000],
  ] as const) {
    const bench = new Bench();
    bench.queue.set(pod('a', 1));
    for (let n = 0; n < tries; n++) {
      bench.queue.changed(() => true);
      bench.queue.refused(taken(bench, 'a'), resources, 'full');
    }
    bench.queue.changed(() => true);
    bench.queue.set(pod('other'));
    await bench.clock.advance(rest - 1);
    bench.queue.refused(taken(bench, 'other'), new Set(['NodePorts']), 'ports taken');
    bench.queue.set(pod('another'));
    await bench.clock.advance(1);
    assert.equal(bench.pop(), 'a', `after ${tries} tries: its rest is over and it is more important`);
  }
});

test('with nothing else to do a rest is cut short, but not after an error', async () => {
  const bench = new Bench();
  bench.queue.set(pod('refused'));
  bench.queue.refused(taken(bench, 'refused'), resources, 'full');
  bench.queue.set(pod('broken', 9));
  bench.queue.failed(taken(bench, 'broken'));
  bench.queue.changed(() => true);
  assert.deepEqual(bench.all(), ['refused']);
  const wakes = bench.wakes;
  await bench.clock.advance(999);
  assert.deepEqual([bench.wakes, bench.pop()], [wakes, undefined]);
  await bench.clock.advance(1);
  assert.ok(bench.wakes > wakes);
  assert.equal(bench.pop(), 'broken');
});

test('of refused pods that ask for the same one is let out; when it is placed, or goes, the next follows', () => {
  const bench = new Bench();
  for (const name of ['a', 'b', 'c', 'd']) bench.queue.set(pod(name));
  bench.queue.set(pod('different', 0, { nodeSelector: { x: 'y' } }));
  for (let next = bench.take(); next !== undefined; next = bench.take()) bench.queue.refused(next, resources, 'full');
  bench.queue.changed(() => true);
  const first = taken(bench, 'a');
  assert.deepEqual(bench.all(), ['different']);
  bench.queue.placed(first);
  const second = taken(bench, 'b');
  assert.equal(bench.pop(), undefined);
  bench.queue.remove('ns/b');
  assert.equal(second.standing.at, 'out');
  const third = taken(bench, 'c');
  bench.queue.refused(third, resources, 'full');
  assert.equal(bench.pop(), undefined, 'it found nothing, so the next would not either');
});

test('a pod is tried again when it asks for something else, not when its status changes', () => {
  const bench = new Bench();
  bench.queue.set(pod('a'));
  bench.queue.refused(taken(bench, 'a'), resources, 'full');
  bench.queue.set({ ...pod('a'), status: { phase: 'Pending' } } as Pod);
  assert.equal(bench.pop(), undefined);
  bench.queue.set(pod('a', 0, { tolerations: [{ operator: 'Exists' }] }));
  assert.equal(bench.pop(), 'a');
});

test('a gated pod waits for its last gate', () => {
  const bench = new Bench();
  bench.queue.set(pod('a', 0, { schedulingGates: [{ name: 'x' }, { name: 'y' }] }));
  assert.equal(bench.pop(), undefined);
  bench.queue.changed(() => true);
  bench.queue.set(pod('a', 0, { schedulingGates: [{ name: 'x' }] }));
  assert.equal(bench.pop(), undefined);
  bench.queue.set(pod('a', 0, { schedulingGates: [] }));
  assert.equal(bench.pop(), 'a');
});

test('when one of a kind is refused for a new reason, the others are tried too, once', async () => {
  const bench = new Bench();
  for (const name of ['a', 'b', 'c']) bench.queue.set(pod(name));
  for (const name of ['a', 'b', 'c']) bench.queue.refused(taken(bench, name), resources, 'full');
  bench.queue.changed(() => true);
  await bench.clock.advance(60_000);
  bench.queue.refused(taken(bench, 'a'), resources, 'closed');
  assert.deepEqual(
    [bench.take(), bench.take()].map((each) => each?.pod.metadata.name),
    ['b', 'c'],
  );
  assert.equal(bench.pop(), undefined);
});
