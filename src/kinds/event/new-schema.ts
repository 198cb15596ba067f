import { EventSource } from '#kinds/event/schema.ts';
import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectReference } from '#kinds/meta/references.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  int32,
  microTimeOrNull,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const NewEventSeries = object('io.k8s.api.events.v1.EventSeries', 'A run of like events.', {
  count: required(1, int32, 'How many there have been so far.'),
  lastObservedTime: required(2, microTimeOrNull, 'When the latest was seen.'),
});
export interface NewEventSeries extends Infer<typeof NewEventSeries> {}

export const NewEvent = object(
  'io.k8s.api.events.v1.Event',
  'A note about something that happened to an object; kept for an hour.',
  {
    ...objectFields,
    eventTime: required(2, microTimeOrNull, 'When it happened, to the microsecond.'),
    series: optional(3, NewEventSeries, 'How often and until when it went on, if it went on.'),
    reportingController: nonzero(4, string, 'The controller that reports, such as example.org/hoist.'),
    reportingInstance: nonzero(5, string, 'Which instance of the controller reports.'),
    action: nonzero(6, string, 'What was being done.'),
    reason: nonzero(7, string, 'One CamelCase word saying why, for programs.'),
    regarding: always(8, ObjectReference, 'The object that this is about.'),
    related: optional(9, ObjectReference, 'A second object that took part.'),
    note: nonzero(10, string, 'What happened, for people.'),
    type: nonzero(11, string, 'Normal or Warning.'),
    deprecatedSource: always(12, EventSource, 'Who noticed, for events written as core/v1.'),
    deprecatedFirstTimestamp: always(13, timeOrNull, 'When it was first seen, for events written as core/v1.'),
    deprecatedLastTimestamp: always(14, timeOrNull, 'When it was last seen, for events written as core/v1.'),
    deprecatedCount: nonzero(15, int32, 'How often it has been seen, for events written as core/v1.'),
  },
);
export interface NewEvent extends Namespaced<Infer<typeof NewEvent>> {}
