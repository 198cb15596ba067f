import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectReference } from '#kinds/meta/references.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
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

export const EventSeries = object('io.k8s.api.core.v1.EventSeries', 'A run of like events.', {
  count: nonzero(1, int32, 'How many there have been so far.'),
  lastObservedTime: always(2, microTimeOrNull, 'When the latest was seen.'),
});
export interface EventSeries extends Infer<typeof EventSeries> {}

export const EventSource = object('io.k8s.api.core.v1.EventSource', 'Who noticed an event.', {
  component: nonzero(1, string, 'The program.'),
  host: nonzero(2, string, 'The node it ran on.'),
});
export interface EventSource extends Infer<typeof EventSource> {}

export const Event = object(
  'io.k8s.api.core.v1.Event',
  'A note about something that happened to an object; kept for an hour.',
  {
    kind: always(0, string, 'The kind of this object.'),
    apiVersion: always(0, string, 'APIVersion defines the group and version of the kind.'),
    metadata: required(
      1,
      ObjectMeta,
      "Standard object's metadata: name, labels and everything else that all objects have.",
    ),
    involvedObject: required(2, ObjectReference, 'The object that this is about.'),
    reason: nonzero(3, string, 'One CamelCase word saying why, for programs.'),
    message: nonzero(4, string, 'What happened, for people.'),
    source: always(5, EventSource, 'Who noticed.'),
    firstTimestamp: always(6, timeOrNull, 'When it was first seen.'),
    lastTimestamp: always(7, timeOrNull, 'When it was last seen.'),
    count: nonzero(8, int32, 'How often it has been seen.'),
    type: nonzero(9, string, 'Normal or Warning.'),
    eventTime: always(10, microTimeOrNull, 'When it happened, to the microsecond.'),
    series: optional(11, EventSeries, 'How often and until when it went on, if it went on.'),
    action: nonzero(12, string, 'What was being done.'),
    related: optional(13, ObjectReference, 'A second object that took part.'),
    reportingComponent: always(14, string, 'The controller that reports, such as example.org/hoist.'),
    reportingInstance: always(15, string, 'Which instance of the controller reports.'),
  },
);
export interface Event extends Namespaced<Infer<typeof Event>> {}
