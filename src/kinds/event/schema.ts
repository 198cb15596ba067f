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

export const EventSeries = object('io.k8s.api.core.v1.EventSeries', '', {
  count: nonzero(1, int32),
  lastObservedTime: always(2, microTimeOrNull),
});
export interface EventSeries extends Infer<typeof EventSeries> {}

export const EventSource = object('io.k8s.api.core.v1.EventSource', '', {
  component: nonzero(1, string),
  host: nonzero(2, string),
});
export interface EventSource extends Infer<typeof EventSource> {}

export const Event = object('io.k8s.api.core.v1.Event', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: required(1, ObjectMeta),
  involvedObject: required(2, ObjectReference),
  reason: nonzero(3, string),
  message: nonzero(4, string),
  source: always(5, EventSource),
  firstTimestamp: always(6, timeOrNull),
  lastTimestamp: always(7, timeOrNull),
  count: nonzero(8, int32),
  type: nonzero(9, string),
  eventTime: always(10, microTimeOrNull),
  series: optional(11, EventSeries),
  action: nonzero(12, string),
  related: optional(13, ObjectReference),
  reportingComponent: always(14, string),
  reportingInstance: always(15, string),
});
export interface Event extends Namespaced<Infer<typeof Event>> {}
