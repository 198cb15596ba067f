import type { Job, JobSpec } from '#kinds/job/schema.ts';
import { nameWarnings, podWarnings } from '#kinds/pod/warnings.ts';

const manyCompletions = 100_000;
const manyAtOnce = 10_000;

/** What is allowed in a Job but may surprise (spec: job.md section 4.4); after a create, and after changes of the spec. */
export function jobWarnings(job: Job, old: Job | undefined): readonly string[] {
  if (old !== undefined && old.metadata.generation === job.metadata.generation) return [];
  return [...(old === undefined ? nameWarnings(job.metadata.name) : []), ...jobSpecWarnings(job.spec, 'spec')];
}

/** As `jobWarnings`, for a spec that stands at `field`. */
export function jobSpecWarnings(spec: JobSpec, field: string): readonly string[] {
  return [...sizeWarnings(spec, field), ...podWarnings(spec.template, `${field}.template`)];
}

function sizeWarnings(spec: JobSpec, field: string): readonly string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  if (completionMode !== 'Indexed' || completions <= manyCompletions || parallelism <= manyAtOnce) return [];
  return [
    `${field}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, ` +
      'Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
  ];
}
