import { defineResource } from '#kinds/define.ts';
import { Event } from '#kinds/event/schema.ts';
import { eventTable } from '#kinds/event/table.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { pathSegmentProblems } from '#kinds/meta/names.ts';

/** An event lives where its object does; events of objects without a namespace live in `default` (spec: api.md section 4). */
function validateEvent({ metadata, involvedObject }: Event): readonly FieldError[] {
  const { namespace = '' } = involvedObject;
  if (metadata.namespace === (namespace === '' ? 'default' : namespace)) return [];
  return [fieldError.invalid('involvedObject.namespace', namespace, 'does not match event.namespace')];
}

export const events = defineResource<Event>({
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: Event,
  rules: {
    createOnUpdate: true,
    hasNoDependents: true,
    nameProblems: pathSegmentProblems,
    validate: validateEvent,
    validateUpdate: validateEvent,
  },
  table: eventTable,
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent,
    source: (event) => event.source.component || event.reportingComponent,
    type: (event) => event.type ?? '',
  },
});
