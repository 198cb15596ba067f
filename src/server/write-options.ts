import type { FieldValidation, PatchRequest, WriteRequest } from '#api/api.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { flag } from '#server/request-info.ts';

const fieldManagerBytesMax = 128;

/** The parameters of a create or an update (spec: api.md sections 7.1 and 10). Throws Invalid, naming the options' kind. */
export function writeOptions(query: URLSearchParams, kind: 'CreateOptions' | 'UpdateOptions'): WriteRequest {
  refuse(kind, commonProblems(query));
  return common(query);
}

/** The parameters of a patch (spec: api.md section 8.1). */
export function patchOptions(query: URLSearchParams, type: PatchRequest['type']): Omit<PatchRequest, 'patch' | 'type'> {
  const force = flag(query, 'force');
  const problems: FieldError[] = [];
  if (type === 'apply') {
    if ((query.get('fieldManager') ?? '') === '') {
      problems.push(fieldError.required('fieldManager', 'is required for apply patch'));
    }
  } else if (force !== undefined) {
    problems.push(fieldError.forbidden('force', 'may not be specified for non-apply patch'));
  }
  refuse('PatchOptions', [...problems, ...commonProblems(query)]);
  return { ...common(query), force };
}

/** Whether `values` of a dryRun parameter or field ask for a dry run, and what is wrong with them. */
export function dryRunProblems(values: readonly string[]): readonly FieldError[] {
  if (values.every((value) => value === 'All')) return [];
  return [fieldError.notSupported('dryRun', values, ['All'])];
}

function common(query: URLSearchParams): WriteRequest {
  const manager = query.get('fieldManager');
  const validation = query.get('fieldValidation');
  return {
    dryRun: query.getAll('dryRun').some((value) => value === 'All'),
    fieldManager: manager === null || manager === '' ? undefined : manager,
    fieldValidation: validation === null || validation === '' ? 'Warn' : (validation as FieldValidation),
  };
}

function commonProblems(query: URLSearchParams): readonly FieldError[] {
  const validation = query.get('fieldValidation') ?? '';
  const known = ['', 'Ignore', 'Strict', 'Warn'];
  return [
    ...fieldManagerProblems(query.get('fieldManager') ?? ''),
    ...dryRunProblems(query.getAll('dryRun').filter((value) => value !== '')),
    ...(known.includes(validation) ? [] : [fieldError.notSupported('fieldValidation', validation, known)]),
  ];
}

function fieldManagerProblems(manager: string): readonly FieldError[] {
  const problems: FieldError[] = [];
  if (Buffer.byteLength(manager) > fieldManagerBytesMax) {
    problems.push(fieldError.tooLong('fieldManager', fieldManagerBytesMax));
  }
  for (const { 0: character, index } of manager.matchAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu)) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const at = Buffer.byteLength(manager.slice(0, index));
    problems.push(fieldError.invalid('fieldManager', manager, `invalid character U+${code} (at position ${at})`));
  }
  return problems;
}

function refuse(kind: string, problems: readonly FieldError[]): void {
  if (problems.length > 0) throw apiErrors.invalid({ group: 'meta.k8s.io', kind }, '', problems);
}
