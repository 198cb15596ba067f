import {
  controllerUidLabel,
  jobLabels,
  jobNameLabel,
  legacyControllerUidLabel,
  legacyJobNameLabel,
} from '#kinds/job/labels.ts';
import type { Job } from '#kinds/job/schema.ts';
import { validateJobSpec } from '#kinds/job/validate/spec.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { sortedMap } from '#kinds/meta/labels.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { selectorMatches, selectorOf, shownSelector, validateLabelSelector } from '#kinds/meta/selector.ts';

type Findings = readonly FieldError[];

/** Findings on a new Job (spec: job.md section 5.2). */
export function validateJob(job: Job): Findings {
  return validateJobContent(job, [controllerUidLabel, jobNameLabel]);
}

/** Findings that hold for a Job at any time; `prefixedLabels` are those of the newer generated labels that must be there. */
export function validateJobContent(job: Job, prefixedLabels: readonly string[]): Findings {
  return [
    ...validateGenerated(job, [legacyControllerUidLabel, legacyJobNameLabel, ...prefixedLabels]),
    ...validateJobSpec(job.spec, 'spec'),
    ...validateHostnames(job),
  ];
}

/** A generated selector selects exactly this Job's pods, and its template carries the labels it needs for that. */
function validateGenerated({ metadata, spec }: Job, needed: readonly string[]): Findings {
  if (spec.manualSelector === true || spec.selector === undefined) return [];
  const expected = jobLabels(metadata.uid, metadata.name);
  const isClear = validateLabelSelector(spec.selector, '').length === 0;
  const found = needed.flatMap((label) => validateLabel(spec.template.metadata.labels, label, expected[label] ?? ''));
  if (!isClear || selectorMatches(selectorOf(spec.selector), expected)) return found;
  return [...found, fieldError.invalid('spec.selector', shownSelector(spec.selector), '`selector` not auto-generated')];
}

function validateLabel(
  labels: { readonly [key: string]: string } | undefined,
  label: string,
  expected: string,
): Findings {
  const field = `spec.template.metadata.labels[${label}]`;
  const value = labels?.[label];
  if (value === undefined) return [fieldError.required(field, `must be '${expected}'`)];
  return value === expected ? [] : [fieldError.invalid(field, sortedMap(labels ?? {}), `must be '${expected}'`)];
}

/** Pods of an Indexed Job are called by its name and their index, and that is their host name. */
function validateHostnames({ metadata, spec }: Job): Findings {
  const { completionMode, completions = 0 } = spec;
  if (completionMode !== 'Indexed' || completions <= 0) return [];
  const last = `${metadata.name}-${completions - 1}`;
  if (labelProblems(last).length === 0) return [];
  const text = `will not able to create pod with invalid DNS label: ${last}`;
  return [fieldError.invalid('metadata.name', metadata.name, text)];
}
