import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectAt } from '#api/object-value.ts';
import type { WatchEvent } from '#client/client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { type SlowWatch, WatchBacklog } from '#server/watch-backlog.ts';

const mega = 1024 * 1024;

class TestWatch implements SlowWatch {
  oldest: number | undefined;
  isCut = false;

  cut(): void {
    this.isCut = true;
  }
}

/** News of an object of a megabyte. */
function event(revision: number): WatchEvent<KubeObject> {
  const text = JSON.stringify({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' } });
  return { type: 'MODIFIED', object: objectAt(configMaps as never, { text, size: mega }, revision) };
}

test('who stopped reading first is cut off first when too much text waits', () => {
  const backlog = new WatchBacklog();
  const watches = Array.from({ length: 300 }, () => new TestWatch());
  for (const watch of watches) backlog.hold(watch, mega);
  assert.deepEqual(
    watches.map(({ isCut }) => isCut),
    watches.map((_, index) => index < 44),
  );
  const reader = new TestWatch();
  for (let round = 0; round < 1_000; round++) {
    backlog.hold(reader, mega);
    backlog.release(reader);
  }
  assert.equal(reader.isCut, false);
});

test('a watch that is behind by too much news is cut off, however many get them', () => {
  const backlog = new WatchBacklog();
  const [stalled, reading, gone] = [new TestWatch(), new TestWatch(), new TestWatch()];
  for (const watch of [stalled, reading, gone]) backlog.join(watch);
  const events = Array.from({ length: 280 }, (_, index) => event(index + 2));
  for (const [index, one] of events.entries()) {
    for (let watcher = 0; watcher < 3; watcher++) backlog.tell(one);
    stalled.oldest ??= backlog.positionOf(one);
    gone.oldest ??= backlog.positionOf(one);
    reading.oldest = backlog.positionOf(one);
    assert.equal(backlog.news, (index + 1) * mega);
    if (index === 100) backlog.leave(gone);
  }
  assert.deepEqual([stalled.isCut, reading.isCut, gone.isCut], [true, false, false]);
});
