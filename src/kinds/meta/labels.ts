import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';

/** Labels, annotations, node selectors: text to text. */
export type StringMap = { readonly [key: string]: string };

const keyPattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const valuePattern = `(${keyPattern})?`;
const keyRegExp = new RegExp(`^${keyPattern}$`);
const valueRegExp = new RegExp(`^${valuePattern}$`);
const partBytesMax = 63;
const annotationsBytesMax = 256 * 1024;

const keyText =
  `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ` +
  `(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${keyPattern}')`;
const valueText =
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end ` +
  `with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${valuePattern}')`;
const manySlashesText = `a valid label key ${keyText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;

/** What is wrong with `key` as a label key, also called a qualified name: "name" or "prefix/name" (spec: api.md section 6.4). */
export function labelKeyProblems(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length > 2) return [manySlashesText];
  const name = parts.at(-1) ?? '';
  return [...(parts.length === 2 ? prefixProblems(parts[0] ?? '') : []), ...namePartProblems(name)];
}

function prefixProblems(prefix: string): readonly string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  return subdomainProblems(prefix).map((problem) => `prefix part ${problem}`);
}

function namePartProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (name === '') problems.push('name part must be non-empty');
  if (Buffer.byteLength(name) > partBytesMax) problems.push(`name part must be no more than ${partBytesMax} bytes`);
  if (!keyRegExp.test(name)) problems.push(`name part ${keyText}`);
  return problems;
}

/** What is wrong with `value` as a label's value. */
export function labelValueProblems(value: string): readonly string[] {
  return [
    ...(Buffer.byteLength(value) > partBytesMax ? [`must be no more than ${partBytesMax} bytes`] : []),
    ...(valueRegExp.test(value) ? [] : [valueText]),
  ];
}

/** Findings on a qualified name that stands alone in `field`. */
export function validateQualifiedName(name: string, field: string): readonly FieldError[] {
  return labelKeyProblems(name).map((problem) => fieldError.invalid(field, name, problem));
}

/** Findings on labels, or on any map with the same rules; all are reported at `field` itself. */
export function validateLabels(labels: StringMap | undefined, field: string): readonly FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...validateQualifiedName(key, field),
    ...labelValueProblems(value).map((problem) => fieldError.invalid(field, value, problem)),
  ]);
}

/** Findings on annotations: keys follow the rule of label keys but for case, values are free, the whole has a limit. */
export function validateAnnotations(annotations: StringMap | undefined, field: string): readonly FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...entries.flatMap(([key]) =>
      labelKeyProblems(key.toLowerCase()).map((problem) => fieldError.invalid(field, key, problem)),
    ),
    ...(bytes > annotationsBytesMax ? [fieldError.tooLong(field, annotationsBytesMax)] : []),
  ];
}

/** `map` with its keys in order, as upstream prints maps inside messages. */
export function sortedMap<T>(map: { readonly [key: string]: T }): { readonly [key: string]: T } {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
