import type { Millis } from '#base/units.ts';
import type { ColumnDefinition, TableDefinition } from '#kinds/definition.ts';
import { humanDuration } from '#kinds/meta/human-duration.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

type ColumnOptions = Partial<Pick<ColumnDefinition, 'type' | 'format' | 'description' | 'priority'>>;

/** A column; text and always shown unless said. */
export function column(name: string, options: ColumnOptions = {}): ColumnDefinition {
  return { name, type: 'string', format: '', description: '', priority: 0, ...options };
}

export const nameColumn = column('Name', {
  format: 'name',
  description: 'The name of the object, unique in its namespace.',
});

export const ageColumn = column('Age', { description: 'Time since the object was created.' });

/** How long ago `timestamp` was, as the Age column shows it; `<unknown>` without one. */
export function ageOf(timestamp: string | undefined | null, now: Millis): string {
  return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
}

/** When the object was created, for kinds that show nothing else. */
export const createdAtTable: TableDefinition<KubeObject> = {
  columns: [nameColumn, column('Created At', { type: 'date', description: 'When the object was created.' })],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp || '0001-01-01T00:00:00Z'],
};

/** Labels as a cell shows them, `<none>` if there are none. The pairs are in order as texts, so that "a.b=1" comes before "a=1". */
export function labelText(labels: { readonly [key: string]: string } = {}): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.toSorted().join(',') || '<none>';
}

/** Name and Age: what a kind without columns of its own looks like. */
export const plainTable: TableDefinition<KubeObject> = {
  columns: [nameColumn, ageColumn],
  cells: (object, now) => [object.metadata.name, ageOf(object.metadata.creationTimestamp, now)],
};
