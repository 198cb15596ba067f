import type { ColumnDefinition } from '#kinds/definition.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { column } from '#kinds/table.ts';

/** What the containers of a template are called and run, for `-o wide`. */
export const containerColumns: readonly ColumnDefinition[] = [
  column('Containers', { description: 'Names of each container in the template.', priority: 1 }),
  column('Images', { description: 'Images referenced by each container in the template.', priority: 1 }),
];

export const selectorColumn = column('Selector', {
  description: 'Which pods are meant, by their labels.',
  priority: 1,
});

/** Cells of the container columns. */
export function containerCells(template: PodTemplateSpec | undefined): readonly [names: string, images: string] {
  const containers = template?.spec.containers ?? [];
  return [containers.map(({ name }) => name).join(','), containers.map(({ image = '' }) => image).join(',')];
}
