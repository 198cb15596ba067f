import type { FieldError } from '#kinds/meta/field-error.ts';
import { closest } from '#schema/closest.ts';

/** Our own advice beside upstream's findings: which of the supported values was probably meant. */
export function valueHints(errors: readonly FieldError[]): readonly string[] {
  const hints = errors.flatMap(({ type, field, message }) => {
    if (type !== 'FieldValueNotSupported') return [];
    const match = /^Unsupported value: ("(?:[^"\\]|\\.)*"): supported values: (.*)$/.exec(message);
    if (match === null) return [];
    const given = JSON.parse(match[1] ?? '""') as string;
    const supported = (match[2] ?? '').match(/"(?:[^"\\]|\\.)*"/g) ?? [];
    const meant = closest(
      given,
      supported.map((text) => JSON.parse(text) as string),
    );
    return meant === undefined ? [] : [`${field}: did you mean ${JSON.stringify(meant)}?`];
  });
  return [...new Set(hints)];
}
