import assert from 'node:assert/strict';
import { test } from 'node:test';
import { events } from '#kinds/event/event.ts';
import { decoded } from '#kinds/test-objects.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const at = (minutes: number): string => `2026-01-01T00:${60 - minutes}:00Z`;
const micro = (minutes: number): string => at(minutes).replace('Z', '.000000Z');

/** [Last Seen, First Seen, Count] */
function seen(fields: object): readonly unknown[] {
  const row = events.table.cells(decoded(events, { involvedObject: { kind: 'Pod', name: 'p' }, ...fields }), now);
  return [row[0], row[7], row[8]];
}

test('when and how often it happened', () => {
  assert.deepEqual(seen({}), ['<unknown>', '<unknown>', 1]);
  assert.deepEqual(seen({ firstTimestamp: at(40), lastTimestamp: at(20), count: 6 }), ['20m', '40m', 6]);
  assert.deepEqual(seen({ eventTime: micro(30) }), ['30m', '30m', 1]);
  const series = { count: 9, lastObservedTime: micro(15) };
  assert.deepEqual(seen({ eventTime: micro(30), lastTimestamp: at(20), count: 2, series }), ['15m', '30m', 9]);
  assert.deepEqual(seen({ lastTimestamp: at(20), count: 2, series: {} }), ['<unknown>', '<unknown>', 0]);
});

test('what it happened to, who says so, and what', () => {
  const fields = {
    involvedObject: { kind: 'DaemonSet', fieldPath: 'spec.x' },
    source: { host: 'n1' },
    reportingComponent: 'deck',
    message: '  all stowed\n',
  };
  const row = events.table.cells(decoded(events, fields), now);
  assert.deepEqual(row.slice(3, 7), ['daemonset', 'spec.x', 'deck, n1', 'all stowed']);
});
