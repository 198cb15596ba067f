import { isObject } from '#base/json.ts';
import type { ControllerRevision } from '#kinds/controller-revision/schema.ts';
import { checkImmutable, checkNotNegative } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

/** Findings on a new revision (spec: daemonset.md section 3). */
export function validateControllerRevision({ data, revision }: ControllerRevision): readonly FieldError[] {
  return [...checkNotNegative('revision', revision), ...validateData(data)];
}

/** Findings on a change: of the data, nothing may change, and so nothing else is said of it. */
export function validateControllerRevisionUpdate(
  { data, revision }: ControllerRevision,
  old: ControllerRevision,
): readonly FieldError[] {
  return [...checkNotNegative('revision', revision), ...checkImmutable('data', data, old.data)];
}

function validateData(data: unknown): readonly FieldError[] {
  if (data === undefined || data === null) return [fieldError.required('data', 'data is mandatory')];
  return isObject(data) ? [] : [fieldError.required('data', 'data must be a valid JSON object')];
}
