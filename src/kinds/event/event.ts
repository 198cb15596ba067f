import { defineResource } from '#kinds/define.ts';
import { Event } from '#kinds/event/schema.ts';
import { plainTable } from '#kinds/table.ts';

export const events = defineResource<Event>({
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: Event,
  table: plainTable,
});
