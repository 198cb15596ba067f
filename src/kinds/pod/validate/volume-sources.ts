import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

/** One of the fields of `Holder`, a volume, that say where its data is. */
export interface SourceRule<Holder> {
  readonly name: keyof Holder & string;
  /** Findings on the source at `field`, if it is given; the holder's own place is `parent`. */
  readonly check: (holder: Holder, field: string, parent: string) => Findings;
}

/** A maker of rules that look at nothing but the source itself. */
export function ruleFor<Holder>() {
  return <Name extends keyof Holder & string>(
    name: Name,
    check: (source: NonNullable<Holder[Name]>, field: string) => Findings,
  ): SourceRule<Holder> => ({
    name,
    check: (holder, field) => {
      const source = holder[name];
      return source === undefined || source === null ? [] : check(source, field);
    },
  });
}

/** Where upstream's messages name a source otherwise than the API does. */
const checkedAs: { readonly [name: string]: string } = { gcePersistentDisk: 'persistentDisk' };
const refusedAs: { readonly [name: string]: string } = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

/** Findings on where the data is: in exactly one place. The first source, in the order of `rules`, is checked, and any further one
 *  refused. */
export function validateSource<Holder>(
  holder: Holder,
  rules: readonly SourceRule<Holder>[],
  field: string,
): readonly FieldError[] {
  const [first, ...others] = rules.filter(({ name }) => holder[name] !== undefined);
  if (first === undefined) return [fieldError.required(field, 'must specify a volume type')];
  return [
    ...first.check(holder, `${field}.${checkedAs[first.name] ?? first.name}`, field),
    ...others.map(({ name }) =>
      fieldError.forbidden(`${field}.${refusedAs[name] ?? name}`, 'may not specify more than 1 volume type'),
    ),
  ];
}
