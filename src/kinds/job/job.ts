import { defineResource } from '#kinds/define.ts';
import { Job } from '#kinds/job/schema.ts';
import { plainTable } from '#kinds/table.ts';

export const jobs = defineResource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  categories: ['all'],
  namespaced: true,
  schema: Job,
  rules: { hasStatus: true, managesGeneration: true },
  table: plainTable,
});
