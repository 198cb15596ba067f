import type { TableDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { textTable } from './text-table.ts';

/** Objects as `kubectl get` shows them: the columns of their kind that are not for `-o wide` only. */
export function objectTable<T extends KubeObject>(
  table: TableDefinition<T>,
  objects: readonly T[],
  now: number,
): string {
  const shown = table.columns.map((column, index) => ({ column, index })).filter(({ column }) => column.priority === 0);
  const rows = objects.map((object) => {
    const cells = table.cells(object, now);
    return shown.map(({ index }) => String(cells[index] ?? ''));
  });
  return textTable(
    shown.map(({ column }) => column.name.toUpperCase()),
    rows,
  );
}
