import type { Millis } from '#base/units.ts';
import type { Cell, TableDefinition } from '#kinds/definition.ts';
import type { Event } from '#kinds/event/schema.ts';
import { ageOf, column } from '#kinds/table.ts';

/** How events are listed (spec: api.md section 14). */
export const eventTable: TableDefinition<Event> = {
  columns: [
    column('Last Seen', { description: 'Time since it last happened.' }),
    column('Type', { description: 'Normal, or Warning if somebody should look.' }),
    column('Reason', { description: 'What happened, in one word.' }),
    column('Object', { description: 'What it happened to.' }),
    column('Subobject', { description: 'Which part of the object.', priority: 1 }),
    column('Source', { description: 'Who reports it, and from where.', priority: 1 }),
    column('Message', { description: 'What happened, for people.' }),
    column('First Seen', { description: 'Time since it first happened.', priority: 1 }),
    column('Count', { description: 'How often it happened.', priority: 1 }),
    column('Name', { format: 'name', description: 'The name of the event itself.', priority: 1 }),
  ],
  cells: eventCells,
};

function eventCells(event: Event, now: Millis): readonly Cell[] {
  const { involvedObject, source, series } = event;
  const first = event.firstTimestamp || event.eventTime;
  const last = series === undefined ? event.lastTimestamp || first : series.lastObservedTime;
  const kind = (involvedObject.kind ?? '').toLowerCase();
  return [
    ageOf(last, now),
    event.type ?? '',
    event.reason ?? '',
    involvedObject.name ? `${kind}/${involvedObject.name}` : kind,
    involvedObject.fieldPath ?? '',
    reporterOf(source.component || event.reportingComponent, source.host || event.reportingInstance),
    (event.message ?? '').trim(),
    ageOf(first, now),
    series === undefined ? event.count || 1 : (series.count ?? 0),
    event.metadata.name,
  ];
}

function reporterOf(component: string, instance: string): string {
  return instance === '' ? component : `${component}, ${instance}`;
}
