import { goJson } from '#base/json.ts';
import { goQuote } from '#kinds/meta/quote.ts';

/** What is wrong with one field, in the terms of `details.causes[]` of an Invalid answer (spec: api.md section 5). */
export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueNotFound'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** One finding of validation. `message` is the text after "<field>: ", word for word what clients match on. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly message: string;
}

/** How a value is shown inside a message: texts quoted, numbers bare, structures as JSON, nothing as `null`. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  return value === undefined ? 'null' : goJson(value);
}

/** One constructor for each kind of finding; `field` is the path, such as "spec.template.spec.containers[0].name". */
export const fieldError = {
  required: (field: string, detail = ''): FieldError => ({
    type: 'FieldValueRequired',
    field,
    message: detail === '' ? 'Required value' : `Required value: ${detail}`,
  }),
  invalid: (field: string, value: unknown, detail: string): FieldError => ({
    type: 'FieldValueInvalid',
    field,
    message: `Invalid value: ${shown(value)}${detail === '' ? '' : `: ${detail}`}`,
  }),
  /** As `invalid`, for rules about no single value: no value is shown. */
  invalidState: (field: string, detail: string): FieldError => ({
    type: 'FieldValueInvalid',
    field,
    message: `Invalid value: ${detail}`,
  }),
  notSupported: (field: string, value: unknown, supported: readonly string[]): FieldError => ({
    type: 'FieldValueNotSupported',
    field,
    message: `Unsupported value: ${value === undefined ? 'null' : goJson(value)}: supported values: ${supported.map(goQuote).join(', ')}`,
  }),
  forbidden: (field: string, detail: string): FieldError => ({
    type: 'FieldValueForbidden',
    field,
    message: `Forbidden: ${detail}`,
  }),
  duplicate: (field: string, value: unknown): FieldError => ({
    type: 'FieldValueDuplicate',
    field,
    message: `Duplicate value: ${shown(value)}`,
  }),
  tooLong: (field: string, bytesMax: number): FieldError => ({
    type: 'FieldValueTooLong',
    field,
    message: `Too long: may not be more than ${bytesMax} ${bytesMax === 1 ? 'byte' : 'bytes'}`,
  }),
  tooMany: (field: string, count: number, countMax: number): FieldError => ({
    type: 'FieldValueTooMany',
    field,
    message: `Too many: ${count}: must have at most ${countMax} ${countMax === 1 ? 'item' : 'items'}`,
  }),
  /** For rules that could not be applied. */
  internal: (field: string, detail: string): FieldError => ({
    type: 'InternalError',
    field,
    message: `Internal error: ${detail}`,
  }),
  notFound: (field: string, value: unknown): FieldError => ({
    type: 'FieldValueNotFound',
    field,
    message: `Not found: ${shown(value)}`,
  }),
} as const;
