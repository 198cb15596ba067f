import type { Millis } from '#base/units.ts';
import type { Cell, TableDefinition } from '#kinds/definition.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { humanDuration } from '#kinds/meta/human-duration.ts';
import { formatSelector, selectorOf } from '#kinds/meta/selector.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

/** How Jobs are listed (spec: job.md section 9.1). */
export const jobTable: TableDefinition<Job> = {
  columns: [
    nameColumn,
    column('Status', { description: 'Status of the job.' }),
    column('Completions', { description: 'Pods that succeeded, of those that have to.' }),
    column('Duration', { description: 'Time required to complete the job.' }),
    ageColumn,
    column('Containers', { description: 'Names of each container in the template.', priority: 1 }),
    column('Images', { description: 'Images referenced by each container in the template.', priority: 1 }),
    column('Selector', { description: 'Which pods belong to the job.', priority: 1 }),
  ],
  cells: jobCells,
};

function jobCells(job: Job, now: Millis): readonly Cell[] {
  const { metadata, spec } = job;
  const { containers } = spec.template.spec;
  return [
    metadata.name,
    jobStatus(job),
    completionsOf(job),
    durationOf(job, now),
    ageOf(metadata.creationTimestamp, now),
    containers.map(({ name }) => name).join(','),
    containers.map(({ image = '' }) => image).join(','),
    formatSelector(selectorOf(spec.selector)) || '<none>',
  ];
}

function jobStatus({ metadata, status }: Job): string {
  const holds = (type: string): boolean => isConditionTrue(status.conditions, type);
  const end = ['Complete', 'Failed'].find(holds);
  if (end !== undefined) return end;
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds) ?? 'Running';
}

function completionsOf({ spec, status }: Job): string {
  const { completions, parallelism = 1 } = spec;
  const succeeded = status.succeeded ?? 0;
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

/** A failed Job has no completion time, and so seems to go on. */
function durationOf({ status }: Job, now: Millis): string {
  const { startTime, completionTime } = status;
  if (!startTime) return '';
  const end = completionTime ? Date.parse(completionTime) : now;
  return humanDuration(end - Date.parse(startTime));
}
