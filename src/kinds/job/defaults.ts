import { deepFreeze } from '#base/json.ts';
import { controllerUidLabel, jobLabels } from '#kinds/job/labels.ts';
import type { Job, JobSpec } from '#kinds/job/schema.ts';
import { defaultPodTemplate } from '#kinds/pod/defaults.ts';
import type { Draft } from '#schema/type.ts';

const backoffLimitDefault = 6;
const int32Max = 2 ** 31 - 1;

/** Fills in what a Job leaves out (spec: job.md section 2). */
export function defaultJob(job: Draft<Job>): void {
  defaultJobSpec(job.spec);
  copyTemplateLabels(job);
}

/** As `defaultJob`, for a spec alone. */
function defaultJobSpec(spec: Draft<JobSpec>): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? backoffLimitDefault : int32Max;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  defaultJobTemplate(spec);
}

/** The part of the defaults that the Job template of a CronJob gets too; the rest waits for the Job (spec: cronjob.md
 *  section 2). */
export function defaultJobTemplate(spec: Draft<JobSpec>): void {
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
  }
  defaultPodTemplate(spec.template);
}

/** A Job without labels of its own shows its template's (spec: job.md section 4.1, step 5). */
function copyTemplateLabels(job: Draft<Job>): void {
  const own = job.metadata.labels ?? {};
  const { labels } = job.spec.template.metadata;
  if (Object.keys(own).length === 0 && labels !== undefined) job.metadata.labels = { ...labels };
}

/** Generates the selector and the labels of a new Job; its status is dropped (spec: job.md section 4.1, step 3). What the
 *  client wrote is left alone, for validation to judge. */
export function prepareJobCreate(job: Draft<Job>): void {
  job.status = {};
  if (job.spec.manualSelector === true) return;
  const { uid = '', name = '' } = job.metadata;
  const { selector, template } = job.spec;
  template.metadata.labels = { ...jobLabels(uid, name), ...template.metadata.labels };
  job.spec.selector = { ...selector, matchLabels: { [controllerUidLabel]: uid, ...selector?.matchLabels } };
}

/** A new Job with the labels that it shows from now on. They are not looked at when it is created: what is wrong with the
 *  template's is said once. */
export function finishJobCreate(job: Job): Job {
  const { labels } = job.spec.template.metadata;
  if (Object.keys(job.metadata.labels ?? {}).length > 0 || labels === undefined) return job;
  return deepFreeze({ ...job, metadata: { ...job.metadata, labels } });
}
