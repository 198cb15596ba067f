import { defineResource, viewOf } from '#kinds/define.ts';
import { events } from '#kinds/event/event.ts';
import { NewEvent } from '#kinds/event/new-schema.ts';
import type { Event } from '#kinds/event/schema.ts';
import { eventTable } from '#kinds/event/table.ts';
import { validateNewEvent, validateNewEventUpdate } from '#kinds/event/validate.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';

/** The stored form of an event: how core/v1 shows it. */
export function storedEvent(event: NewEvent): Event {
  const { kind: _kind, apiVersion: _apiVersion, metadata, eventTime, series, regarding, note, ...rest } = event;
  const { reportingController = '', reportingInstance = '', action, reason, related, type } = rest;
  const { deprecatedCount: count } = rest;
  return {
    kind: 'Event',
    apiVersion: 'v1',
    metadata,
    involvedObject: regarding,
    ...(reason === undefined ? {} : { reason }),
    ...(note === undefined ? {} : { message: note }),
    source: rest.deprecatedSource,
    firstTimestamp: rest.deprecatedFirstTimestamp,
    lastTimestamp: rest.deprecatedLastTimestamp,
    ...(count === undefined ? {} : { count }),
    ...(type === undefined ? {} : { type }),
    eventTime,
    ...(series === undefined ? {} : { series: coreSeries(series) }),
    ...(action === undefined ? {} : { action }),
    ...(related === undefined ? {} : { related }),
    reportingComponent: reportingController,
    reportingInstance,
  };
}

/** In core/v1 a count of zero is not written. */
function coreSeries({ count, lastObservedTime }: NonNullable<NewEvent['series']>): NonNullable<Event['series']> {
  return count === 0 ? { lastObservedTime } : { count, lastObservedTime };
}

/** A stored event as events.k8s.io/v1 shows it. */
export function shownEvent(event: Event): NewEvent {
  const { metadata, eventTime, series, reportingComponent, reportingInstance, action, reason, related } = event;
  const { message, type, count } = event;
  return {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata,
    eventTime,
    ...(series === undefined ? {} : { series: { count: 0, ...series } }),
    ...(reportingComponent === '' ? {} : { reportingController: reportingComponent }),
    ...(reportingInstance === '' ? {} : { reportingInstance }),
    ...(action === undefined ? {} : { action }),
    ...(reason === undefined ? {} : { reason }),
    regarding: event.involvedObject,
    ...(related === undefined ? {} : { related }),
    ...(message === undefined ? {} : { note: message }),
    ...(type === undefined ? {} : { type }),
    deprecatedSource: event.source,
    deprecatedFirstTimestamp: event.firstTimestamp,
    deprecatedLastTimestamp: event.lastTimestamp,
    ...(count === undefined ? {} : { deprecatedCount: count }),
  };
}

/** Events under their newer name: the same stored objects, seen in another shape (spec: api.md sections 4 and 20). */
export const newEvents = defineResource<NewEvent>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: NewEvent,
  view: viewOf(events, { show: shownEvent, store: storedEvent }),
  rules: {
    createOnUpdate: true,
    hasNoDependents: true,
    nameProblems: subdomainProblems,
    validate: (event) => validateNewEvent(storedEvent(event)),
    validateUpdate: (event, old) => validateNewEventUpdate(storedEvent(event), storedEvent(old)),
  },
  table: { columns: eventTable.columns, cells: (event, now) => eventTable.cells(storedEvent(event), now) },
  selectableFields: {
    'regarding.kind': ({ regarding }) => regarding.kind ?? '',
    'regarding.namespace': ({ regarding }) => regarding.namespace ?? '',
    'regarding.name': ({ regarding }) => regarding.name ?? '',
    'regarding.uid': ({ regarding }) => regarding.uid ?? '',
    'regarding.apiVersion': ({ regarding }) => regarding.apiVersion ?? '',
    'regarding.resourceVersion': ({ regarding }) => regarding.resourceVersion ?? '',
    'regarding.fieldPath': ({ regarding }) => regarding.fieldPath ?? '',
    reason: (event) => event.reason ?? '',
    reportingController: (event) => event.reportingController ?? '',
    type: (event) => event.type ?? '',
  },
});
