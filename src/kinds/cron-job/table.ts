import type { Millis } from '#base/units.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import type { Cell, TableDefinition } from '#kinds/definition.ts';
import { formatSelector, selectorOf } from '#kinds/meta/selector.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

/** How CronJobs are listed (spec: cronjob.md section 9). */
export const cronJobTable: TableDefinition<CronJob> = {
  columns: [
    nameColumn,
    column('Schedule', { description: 'When Jobs are started, in cron form.' }),
    column('Timezone', { description: 'The zone whose clocks count.' }),
    column('Suspend', { type: 'boolean', description: 'Whether no more Jobs are started.' }),
    column('Active', { type: 'integer', description: 'How many Jobs have not finished.' }),
    column('Last Schedule', { description: 'How long ago the time was for which a Job was started last.' }),
    ageColumn,
    column('Containers', { description: 'Names of each container in the template.', priority: 1 }),
    column('Images', { description: 'Images referenced by each container in the template.', priority: 1 }),
    column('Selector', { description: 'Which pods belong to the Jobs.', priority: 1 }),
  ],
  cells: cronJobCells,
};

function cronJobCells({ metadata, spec, status }: CronJob, now: Millis): readonly Cell[] {
  const { template, selector } = spec.jobTemplate.spec;
  const { containers } = template.spec;
  return [
    metadata.name,
    spec.schedule,
    spec.timeZone ?? '<none>',
    suspension(spec.suspend),
    status.active?.length ?? 0,
    status.lastScheduleTime ? ageOf(status.lastScheduleTime, now) : '<none>',
    ageOf(metadata.creationTimestamp, now),
    containers.map(({ name }) => name).join(','),
    containers.map(({ image = '' }) => image).join(','),
    (selector === undefined ? '' : formatSelector(selectorOf(selector))) || '<none>',
  ];
}

/** As text, though the column is of truth values: upstream's clients show what they get. */
function suspension(suspend: boolean | undefined): string {
  if (suspend === undefined) return '<unset>';
  return suspend ? 'True' : 'False';
}
