import { checkNotNegative } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

/** Findings on counts of a status: none of them is negative. */
export function validateCounts<Status extends object>(
  status: Status,
  names: readonly (keyof Status & string)[],
): Findings {
  return names.flatMap((name) => checkNotNegative(`status.${name}`, status[name] as number | undefined));
}

/** Findings on counts of pods that are among those of another count. */
export function validateParts<Status extends object>(
  status: Status,
  names: readonly (keyof Status & string)[],
  whole: keyof Status & string,
  text: string,
): Findings {
  const count = (name: keyof Status & string) => (status[name] as number | undefined) ?? 0;
  return names.flatMap((name) =>
    count(name) > count(whole) ? [fieldError.invalid(`status.${name}`, count(name), text)] : [],
  );
}

/** A count that is only ever added to. */
export function validateCollisions(count: number | undefined, old: number | undefined): Findings {
  const fewer = old !== undefined && (count === undefined || count < old);
  return fewer ? [fieldError.invalid('status.collisionCount', count ?? 0, 'cannot be decremented')] : [];
}
