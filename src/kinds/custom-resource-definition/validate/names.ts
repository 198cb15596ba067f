import type { CustomResourceDefinitionNames } from '#kinds/custom-resource-definition/schema.ts';
import { checkPresent } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { oldLabelProblems } from '#kinds/meta/names.ts';

type Findings = readonly FieldError[];

/** Findings on a name that must be a DNS-1035 label; all problems in one. */
export function checkOldLabel(field: string, name: string, prefix = '', checked = name): Findings {
  const problems = oldLabelProblems(checked);
  return problems.length === 0 ? [] : [fieldError.invalid(field, name, `${prefix}${problems.join(',')}`)];
}

/** Findings on names that are there. Those of a status may be missing. */
export function validateNames(names: CustomResourceDefinitionNames, field: string): Findings {
  const { plural, singular = '', kind, listKind = '', shortNames = [], categories = [] } = names;
  const label = (key: string, name: string): Findings => (name === '' ? [] : checkOldLabel(`${field}.${key}`, name));
  const mixed = (key: string, name: string): Findings =>
    name === ''
      ? []
      : checkOldLabel(`${field}.${key}`, name, 'may have mixed case, but should otherwise match: ', name.toLowerCase());
  return [
    ...label('plural', plural),
    ...label('singular', singular),
    ...mixed('kind', kind),
    ...mixed('listKind', listKind),
    ...shortNames.flatMap((name, index) => checkOldLabel(`${field}.shortNames[${index}]`, name)),
    ...(kind !== '' && kind === listKind
      ? [fieldError.invalid(`${field}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...categories.flatMap((name, index) => checkOldLabel(`${field}.categories[${index}]`, name)),
  ];
}

/** As `validateNames`, and those that every definition needs must be there. */
export function validateGivenNames(names: CustomResourceDefinitionNames, field: string): Findings {
  return [
    ...checkPresent(`${field}.plural`, names.plural),
    ...checkPresent(`${field}.singular`, names.singular),
    ...checkPresent(`${field}.kind`, names.kind),
    ...checkPresent(`${field}.listKind`, names.listKind),
    ...validateNames(names, field),
  ];
}
