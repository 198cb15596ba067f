import { defineResource } from '#kinds/define.ts';
import { Event } from '#kinds/event/schema.ts';
import { eventTable } from '#kinds/event/table.ts';
import { validateEvent } from '#kinds/event/validate.ts';
import { pathSegmentProblems } from '#kinds/meta/names.ts';

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
    sharedMetadataOnly: ['create', 'update'],
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
