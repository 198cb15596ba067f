import type { ListOptions, WatchOptions } from '#client/client.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { Revision } from '#store/store.ts';

const optionsKind = { group: 'meta.k8s.io', kind: 'ListOptions' };
const matchField = 'resourceVersionMatch';

/** Refuses a list whose options contradict each other (spec: api.md section 12.3). */
export function checkListOptions(options: ListOptions & { readonly sendInitialEvents?: boolean }): void {
  const errors = [...matchErrors(options)];
  if (options.sendInitialEvents !== undefined) {
    errors.push(fieldError.forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  if (errors.length > 0) throw apiErrors.invalid(optionsKind, '', errors);
}

function matchErrors(options: ListOptions): readonly FieldError[] {
  const match: string = options.resourceVersionMatch ?? '';
  if (match === '') return [];
  const errors: FieldError[] = [];
  if (!options.resourceVersion) {
    errors.push(
      fieldError.forbidden(matchField, 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    );
  }
  if (options.continue) {
    errors.push(fieldError.forbidden(matchField, 'resourceVersionMatch is forbidden when continue is provided'));
  }
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    errors.push(fieldError.notSupported(matchField, match, ['Exact', 'NotOlderThan', '']));
  }
  if (match === 'Exact' && options.resourceVersion === '0') {
    const why = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"';
    errors.push(fieldError.forbidden(matchField, why));
  }
  return errors;
}

/** Refuses a watch whose options contradict each other (spec: api.md section 13.3). */
export function checkWatchOptions(options: WatchOptions): void {
  const match: string = options.resourceVersionMatch ?? '';
  const errors: FieldError[] = [];
  if (options.sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    const why = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    errors.push(fieldError.forbidden(matchField, why));
  }
  if (match !== '' && options.sendInitialEvents === undefined) {
    const why = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
    errors.push(fieldError.forbidden(matchField, why));
  }
  if (match !== '' && match !== 'NotOlderThan') {
    errors.push(fieldError.notSupported(matchField, match, ['NotOlderThan']));
  }
  if (errors.length > 0) throw apiErrors.invalid(optionsKind, '', errors);
}

/** The revision that a read asks for; undefined when it asks for none. Throws the 500 that clients know (spec: api.md section 5). */
export function askedRevision(resourceVersion: string | undefined): Revision | undefined {
  if (resourceVersion === undefined || resourceVersion === '') return undefined;
  const problem = revisionProblem(resourceVersion);
  if (problem === undefined) return Number(resourceVersion);
  throw new ApiError({
    code: 500,
    message: `resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: ${problem}`,
  });
}

/** What is wrong with a text as a resourceVersion, in upstream's words; undefined if it is one. */
export function revisionProblem(text: string): string | undefined {
  if (!/^[0-9]+$/.test(text)) return `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  if (!Number.isSafeInteger(Number(text)))
    return `strconv.ParseUint: parsing ${JSON.stringify(text)}: value out of range`;
  return undefined;
}
