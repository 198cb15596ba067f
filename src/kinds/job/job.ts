import { defineResource } from '#kinds/define.ts';
import { defaultJob, finishJobCreate, prepareJobCreate } from '#kinds/job/defaults.ts';
import { jobHints } from '#kinds/job/hints.ts';
import { Job } from '#kinds/job/schema.ts';
import { jobTable } from '#kinds/job/table.ts';
import { validateJob } from '#kinds/job/validate/job.ts';
import { validateJobStatusUpdate } from '#kinds/job/validate/status.ts';
import { validateJobUpdate } from '#kinds/job/validate/update.ts';
import { jobWarnings } from '#kinds/job/warnings.ts';
import { mountHints } from '#kinds/pod/hints.ts';

export const jobs = defineResource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  namespaced: true,
  schema: Job,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    defaultPropagation: 'Orphan',
    revalidatesMetadata: true,
    defaults: defaultJob,
    prepareCreate: prepareJobCreate,
    finishCreate: finishJobCreate,
    validate: validateJob,
    validateUpdate: validateJobUpdate,
    validateStatusUpdate: validateJobStatusUpdate,
    warnings: jobWarnings,
    hints: (job, errors) => [
      ...jobHints(job.spec, errors, 'spec'),
      ...mountHints(job.spec.template.spec, errors, 'spec.template.spec'),
    ],
  },
  table: jobTable,
  selectableFields: { 'status.successful': (job) => String(job.status.succeeded ?? 0) },
  unknownSelectorText: (path) => `field label ${JSON.stringify(path)} not supported for Job`,
});
