import { type FieldError, fieldError, shown } from '#kinds/meta/field-error.ts';

/** Where a value stands. */
export interface Place {
  /** The field before the path: that of a default in a definition; undefined in an object. */
  readonly base: string | undefined;
  /** From there on, such as "spec.lights[0]"; "" for the whole. */
  readonly path: string;
}

/** More is not told of one object: who sends a hundred thousand wrong items has heard enough. */
export const findingsMax = 1000;

/** What was found at a value and below it, and how many checks it passed: among schemas that all failed, the one that
 *  came closest is reported. */
export class Result {
  readonly errors: FieldError[] = [];
  passed = 0;

  get isValid(): boolean {
    return this.errors.length === 0;
  }

  merge(other: Result): void {
    for (const error of other.errors) if (this.errors.length < findingsMax) this.errors.push(error);
    this.passed += other.passed;
  }
}

/** The field that a finding names. */
function fieldAt({ base, path }: Place): string {
  const below = path.replace(/^\./, '');
  if (base === undefined) return below === '' ? '<nil>' : below;
  return below === '' ? base : `${base}.${below}`;
}

function general(place: Place, text: string): FieldError {
  return fieldError.invalid(fieldAt({ ...place, path: '' }), '', text);
}

/** The findings of validation by schema, in upstream's words (spec: api.md section 21). */
export const finding = {
  type: (place: Place, wanted: string, found: string): FieldError => ({
    ...fieldError.invalid(fieldAt(place), found, `${place.path} in body must be of type ${wanted}: ${shown(found)}`),
    type: 'FieldValueTypeInvalid',
  }),
  invalid: (place: Place, value: unknown, rule: string): FieldError =>
    fieldError.invalid(fieldAt(place), value, `${place.path} in body ${rule}`),
  required: (place: Place, key: string): FieldError =>
    fieldError.required(fieldAt({ ...place, path: `${place.path}.${key}` })),
  notSupported: (place: Place, value: unknown, values: readonly unknown[]): FieldError => {
    const texts = values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
    return fieldError.notSupported(fieldAt(place), value, texts);
  },
  tooLong: (place: Place, max: number): FieldError => {
    const error = fieldError.tooLong(fieldAt(place), max);
    return max === 1 ? { ...error, message: error.message.replace(/bytes$/, 'byte') } : error;
  },
  tooMany: (place: Place, count: number, max: number): FieldError => fieldError.tooMany(fieldAt(place), count, max),
  /** About schemas rather than values: upstream then names no field. */
  schemas: (place: Place, rule: string): FieldError => general(place, `${JSON.stringify(place.path)} ${rule}`),
  /** About what fits into a type: of that, too, upstream tells the place in the text alone. */
  general: (place: Place, text: string): FieldError => general(place, `${text} in ${place.path}`),
} as const;
