import type { Event } from '#kinds/event/schema.ts';
import { checkImmutable, checkPresent, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';

type Findings = readonly FieldError[];

const wordLengthMax = 128;
const noteLengthMax = 1024;
const seriesCountMin = 2;

/** Findings on an event written as core/v1 (spec: api.md section 4). Those that say when exactly they happened are held to the
 *  newer rules about who reports what. */
export function validateEvent(event: Event): Findings {
  return validateContent(event, 'reportingComponent');
}

/** Findings on a new event written as events.k8s.io/v1. Fields are named as in core/v1 where upstream does so. */
export function validateNewEvent(event: Event): Findings {
  const { eventTime, type = '', source } = event;
  const unset = (field: string, isSet: unknown): Findings =>
    isSet ? [fieldError.invalid(field, '', 'needs to be unset')] : [];
  return [
    ...validateContent(event, 'reportingController'),
    ...validateSeries(event),
    ...checkPresent('eventTime', eventTime ?? undefined),
    ...(type === 'Normal' || type === 'Warning' ? [] : [fieldError.invalid('type', '', `has invalid value: ${type}`)]),
    ...unset('firstTimestamp', event.firstTimestamp),
    ...unset('lastTimestamp', event.lastTimestamp),
    ...unset('count', event.count),
    ...unset('source', source.component || source.host),
  ];
}

/** Findings on a change written as events.k8s.io/v1: nothing but the series may change. */
export function validateNewEventUpdate(event: Event, old: Event): Findings {
  const fixed = [
    'involvedObject',
    'reason',
    'message',
    'source',
    'firstTimestamp',
    'lastTimestamp',
    'count',
    'reason',
    'type',
    'eventTime',
    'action',
    'related',
  ] as const;
  const shown = (field: (typeof fixed)[number]): unknown =>
    field === 'involvedObject' || field === 'source' || field === 'related'
      ? internally(event[field] ?? {})
      : event[field];
  return [
    ...validateContent(event, 'reportingController'),
    ...(checkImmutable('series', event.series, old.series).length > 0 ? validateSeries(event) : []),
    ...fixed.flatMap((field) => checkImmutable(field, event[field], old[field], shown(field))),
    ...checkImmutable('reportingController', event.reportingComponent, old.reportingComponent),
    ...checkImmutable('reportingInstance', event.reportingInstance, old.reportingInstance),
  ];
}

function validateContent(event: Event, controllerField: string): Findings {
  return event.eventTime === null ? validateNamespace(event) : validateTimed(event, controllerField);
}

/** An event lives where its object does; events of objects without a namespace live in `default`. */
function validateNamespace({ metadata, involvedObject }: Event): Findings {
  const { namespace = '' } = involvedObject;
  return metadata.namespace === (namespace || 'default') ? [] : [otherNamespace(namespace)];
}

function otherNamespace(namespace: string): FieldError {
  return fieldError.invalid('involvedObject.namespace', namespace, 'does not match event.namespace');
}

function validateTimed(event: Event, controllerField: string): Findings {
  const { metadata, involvedObject, reportingComponent, reportingInstance, action, reason, message = '' } = event;
  const isClusterWide = metadata.namespace === 'default' || metadata.namespace === 'kube-system';
  return [
    ...(!involvedObject.namespace && !isClusterWide ? [otherNamespace('')] : []),
    ...checkPresent(controllerField, reportingComponent),
    ...validateQualifiedName(reportingComponent, controllerField),
    ...validateWord('reportingInstance', reportingInstance),
    ...validateWord('action', action),
    ...validateWord('reason', reason),
    ...validateLength('message', message, noteLengthMax),
  ];
}

function validateWord(field: string, word: string | undefined): Findings {
  return [...checkPresent(field, word), ...validateLength(field, word ?? '', wordLengthMax)];
}

function validateLength(field: string, text: string, bytesMax: number): Findings {
  if (Buffer.byteLength(text) <= bytesMax) return [];
  return [fieldError.invalid(field, '', `can have at most ${bytesMax} characters`)];
}

function validateSeries({ series }: Event): Findings {
  if (series === undefined) return [];
  const few = (series.count ?? 0) < seriesCountMin;
  return [
    ...(few ? [fieldError.invalid('series.count', '', `should be at least ${seriesCountMin}`)] : []),
    ...checkPresent('series.lastObservedTime', series.lastObservedTime ?? undefined),
  ];
}
