import { ComponentStatus } from '#kinds/component-status/schema.ts';
import { defineResource } from '#kinds/define.ts';
import { column, nameColumn } from '#kinds/table.ts';

/** Answered when asked for, and never stored. */
export const componentStatuses = defineResource<ComponentStatus>({
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  shortNames: ['cs'],
  namespaced: false,
  verbs: ['get', 'list'],
  schema: ComponentStatus,
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  table: {
    columns: [
      nameColumn,
      column('Status', { description: 'Whether the component is healthy.' }),
      column('Message', { description: 'What it answered.' }),
      column('Error', { description: 'Why it could not be asked.' }),
    ],
    cells: ({ metadata, conditions = [] }) => {
      const healthy = conditions.find(({ type }) => type === 'Healthy');
      const status = healthy === undefined ? 'Unknown' : healthy.status === 'True' ? 'Healthy' : 'Unhealthy';
      return [metadata.name, status, healthy?.message ?? '', healthy?.error ?? ''];
    },
  },
});
