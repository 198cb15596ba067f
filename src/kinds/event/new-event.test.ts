import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { events } from '#kinds/event/event.ts';
import { newEvents, shownEvent, storedEvent } from '#kinds/event/new-event.ts';
import type { NewEvent } from '#kinds/event/new-schema.ts';
import type { Event } from '#kinds/event/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const eventTime = '2026-01-01T00:00:00.000000Z';

const newBody = {
  eventTime,
  reportingController: 'example.org/winch',
  reportingInstance: 'w-1',
  action: 'Haul',
  reason: 'Hauling',
  regarding: { kind: 'Pod', name: 'p', namespace: 'ns' },
  note: 'a note',
  type: 'Warning',
};

function refused(body: object): readonly string[] {
  return lines(newEvents.rules.validate?.(decoded(newEvents, { ...newBody, ...body })) ?? []);
}

function refusedChange(from: object, to: object): readonly string[] {
  const old: NewEvent = decoded(newEvents, { ...newBody, ...from });
  return lines(newEvents.rules.validateUpdate?.(decoded(newEvents, { ...newBody, ...from, ...to }), old) ?? []);
}

const text = fc.option(fc.string({ maxLength: 3 }), { nil: undefined });
const reference = fc.record({ kind: text, name: text, fieldPath: text });
const series = fc.record({ count: fc.nat(3), lastObservedTime: fc.constantFrom(null, eventTime) });
const coreBody = fc.record(
  {
    involvedObject: reference,
    related: reference,
    source: fc.record({ component: text, host: text }),
    firstTimestamp: fc.constantFrom(null, '2026-01-01T00:00:00Z'),
    count: fc.nat(3),
    eventTime: fc.constantFrom(null, eventTime),
    series,
    reason: text,
    message: text,
    type: text,
    action: text,
    reportingComponent: text,
    reportingInstance: text,
  },
  { requiredKeys: [] },
);

test('any event survives being seen in its other shape', () => {
  fc.assert(
    fc.property(coreBody, (body) => {
      const stored: Event = decoded(events, { kind: 'Event', apiVersion: 'v1', ...body });
      const shown = shownEvent(stored);
      assert.deepEqual(storedEvent(shown), stored);
      assert.deepEqual(decoded(newEvents, { ...shown }), shown, 'the other shape is canonical');
    }),
  );
});

test('a new event says who reports what and when', () => {
  assert.deepEqual(refused({}), []);
  assert.deepEqual(refused({ eventTime: null, regarding: { namespace: 'ns' } }), ['eventTime: Required value']);
  assert.deepEqual(refused({ reportingController: '', reportingInstance: '', action: '', reason: 'r'.repeat(129) }), [
    'reportingController: Required value',
    'reportingController: Invalid value: "": name part must be non-empty',
    "reportingController: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    'reportingInstance: Required value',
    'action: Required value',
    'reason: Invalid value: "": can have at most 128 characters',
  ]);
  assert.deepEqual(refused({ note: 'n'.repeat(1025), type: 'Odd', series: { count: 1, lastObservedTime: null } }), [
    'message: Invalid value: "": can have at most 1024 characters',
    'series.count: Invalid value: "": should be at least 2',
    'series.lastObservedTime: Required value',
    'type: Invalid value: "": has invalid value: Odd',
  ]);
  assert.deepEqual(
    refused({ deprecatedCount: 2, deprecatedSource: { host: 'n' }, deprecatedFirstTimestamp: '2026-01-01T00:00:00Z' }),
    [
      'firstTimestamp: Invalid value: "": needs to be unset',
      'count: Invalid value: "": needs to be unset',
      'source: Invalid value: "": needs to be unset',
    ],
  );
});

test('of a new event only the series changes', () => {
  assert.deepEqual(refusedChange({}, { series: { count: 2, lastObservedTime: eventTime } }), []);
  assert.deepEqual(refusedChange({}, { series: { count: 1, lastObservedTime: eventTime } }), [
    'series.count: Invalid value: "": should be at least 2',
  ]);
  assert.deepEqual(refusedChange({}, { note: 'another', type: 'Normal', reportingInstance: 'w-2' }), [
    'message: Invalid value: "another": field is immutable',
    'type: Invalid value: "Normal": field is immutable',
    'reportingInstance: Invalid value: "w-2": field is immutable',
  ]);
  // Upstream looks at the reason twice, and shows references the way it keeps them.
  assert.deepEqual(refusedChange({}, { reason: 'Held', regarding: { namespace: 'ns', name: 'q' } }), [
    'involvedObject: Invalid value: {"Namespace":"ns","Name":"q"}: field is immutable',
    'reason: Invalid value: "Held": field is immutable',
    'reason: Invalid value: "Held": field is immutable',
  ]);
});
