import type { JobSpec } from '#kinds/job/schema.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from '#kinds/job/validate/policies.ts';
import { checkNotNegative, checkOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { selectorMatches, selectorOf, shownSelector, validateLabelSelector } from '#kinds/meta/selector.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';
import { mismatch } from '#kinds/workload/selector.ts';

type Findings = readonly FieldError[];

/** Most pods at once, and most failed indexes, of an Indexed Job. */
const indexedMax = 100_000;
/** More completions than this make the two limits below necessary when failures are counted per index. */
const manyCompletions = 100_000;
const indexedMaxOfMany = 10_000;
const managedByBytesMax = 63;

/** Findings on a Job's spec, after defaulting (spec: job.md section 5.2). */
export function validateJobSpec(spec: JobSpec, field: string): Findings {
  return [...validateUnselected(spec, field), ...validateSelector(spec, field)];
}

/** As `validateJobSpec`, for a spec that has no selector yet. */
export function validateUnselected(spec: JobSpec, field: string): Findings {
  return [
    ...validateNumbers(spec, field),
    ...validateManagedBy(spec.managedBy, `${field}.managedBy`),
    ...validateCompletionMode(spec, field),
    ...(spec.podFailurePolicy === undefined ? [] : validatePodFailurePolicy(spec, `${field}.podFailurePolicy`)),
    ...validateSuccessPolicy(spec, `${field}.successPolicy`),
    ...validateReplacementPolicy(spec, `${field}.podReplacementPolicy`),
    ...validatePodTemplate(spec.template, `${field}.template`),
    ...validateRestartPolicy(spec, `${field}.template.spec.restartPolicy`),
  ];
}

const countNames = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

function validateNumbers(spec: JobSpec, field: string): Findings {
  const perIndex = spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined;
  return [
    ...countNames.flatMap((name) => checkNotNegative(`${field}.${name}`, spec[name])),
    ...(perIndex ? [fieldError.required(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')] : []),
  ];
}

function validateManagedBy(managedBy: string | undefined, field: string): Findings {
  if (managedBy === undefined) return [];
  const long = Buffer.byteLength(managedBy) > managedByBytesMax ? [fieldError.tooLong(field, managedByBytesMax)] : [];
  return [...validateDomainPath(managedBy, field), ...long];
}

/** A path below a domain, such as "example.org/queue". */
function validateDomainPath(text: string, field: string): Findings {
  if (text === '') return [fieldError.required(field)];
  const slash = text.indexOf('/');
  const domain = text.slice(0, Math.max(0, slash));
  const path = text.slice(slash + 1);
  if (domain === '' || path === '') {
    return [fieldError.invalid(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  const pathText = `Invalid path (regex used for validation is '${pathPattern}')`;
  return [
    ...invalidEach(field, domain, subdomainProblems(domain)),
    ...(new RegExp(`^${pathPattern}$`).test(path) ? [] : [fieldError.invalid(field, path, pathText)]),
  ];
}

function validateCompletionMode(spec: JobSpec, field: string): Findings {
  const mode = checkOneOf(`${field}.completionMode`, spec.completionMode, ['NonIndexed', 'Indexed']);
  if (mode.length > 0) return mode;
  return spec.completionMode === 'Indexed' ? validateIndexed(spec, field) : validateNotIndexed(spec, field);
}

function validateNotIndexed(spec: JobSpec, field: string): Findings {
  return (['backoffLimitPerIndex', 'maxFailedIndexes'] as const).flatMap((name) =>
    spec[name] === undefined
      ? []
      : [fieldError.invalid(`${field}.${name}`, spec[name], 'requires indexed completion mode')],
  );
}

function validateIndexed(spec: JobSpec, field: string): Findings {
  const { completions, maxFailedIndexes: failed } = spec;
  const most = (name: 'parallelism' | 'maxFailedIndexes', limit: number, detail = ''): Findings => {
    const value = spec[name];
    if (value === undefined || value <= limit) return [];
    return [fieldError.invalid(`${field}.${name}`, value, `must be less than or equal to ${limit}${detail}`)];
  };
  const beyond = completions !== undefined && failed !== undefined && failed > completions;
  return [
    ...(completions === undefined
      ? [fieldError.required(`${field}.completions`, 'when completion mode is Indexed')]
      : []),
    ...most('parallelism', indexedMax, ' when completion mode is Indexed'),
    ...(beyond
      ? [fieldError.invalid(`${field}.maxFailedIndexes`, failed, 'must be less than or equal to completions')]
      : []),
    ...most('maxFailedIndexes', indexedMax),
    ...(isMany(spec) ? validateMany(spec, field, most) : []),
  ];
}

function isMany({ completions = 0, backoffLimitPerIndex }: JobSpec): boolean {
  return completions > manyCompletions && backoffLimitPerIndex !== undefined;
}

function validateMany(
  spec: JobSpec,
  field: string,
  most: (name: 'parallelism' | 'maxFailedIndexes', limit: number, detail: string) => Findings,
): Findings {
  const detail = ' when completions are above 100000 and used with backoff limit per index';
  const needed = `must be specified when completions is above ${manyCompletions}`;
  return [
    ...(spec.maxFailedIndexes === undefined ? [fieldError.required(`${field}.maxFailedIndexes`, needed)] : []),
    ...most('parallelism', indexedMaxOfMany, detail),
    ...most('maxFailedIndexes', indexedMaxOfMany, detail),
  ];
}

function validateReplacementPolicy({ podReplacementPolicy, podFailurePolicy }: JobSpec, field: string): Findings {
  const supported = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  return checkOneOf(field, podReplacementPolicy, supported);
}

/** The default of pods, Always, is not one of a Job's: its pods must be able to end. */
function validateRestartPolicy({ template, podFailurePolicy }: JobSpec, field: string): Findings {
  const { restartPolicy = '' } = template.spec;
  if (restartPolicy === '' || restartPolicy === 'Always') {
    return [fieldError.required(field, 'valid values: "OnFailure", "Never"')];
  }
  const unsupported = checkOneOf(field, restartPolicy, ['OnFailure', 'Never']);
  if (unsupported.length > 0 || podFailurePolicy === undefined || restartPolicy === 'Never') return unsupported;
  const text = 'only "Never" is supported when podFailurePolicy is specified';
  return [fieldError.invalid(field, restartPolicy, text)];
}

/** Generated or not, the selector must be one, and match the pods that the Job will make. */
function validateSelector({ selector, template }: JobSpec, field: string): Findings {
  const { labels } = template.metadata;
  const at = `${field}.selector`;
  const unclear = validateLabelSelector(shownSelector(selector), at);
  if (unclear.length > 0) return unclear;
  return [
    ...(selector === undefined ? [fieldError.required(at)] : []),
    ...(selectorMatches(selectorOf(selector), labels) ? [] : [mismatch(labels, `${field}.template`)]),
  ];
}
