import { checkNotEmpty, checkPresent, checkSubdomain, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { configKeyProblems, variableNameProblems } from '#kinds/meta/texts.ts';
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from '#kinds/pod/schema/container.ts';
import { validateFieldRef, validateResourceRef, variableFields } from '#kinds/pod/validate/field-refs.ts';
import { checkUnreservedPath } from '#kinds/pod/validate/paths.ts';

type Findings = readonly FieldError[];

const sourceNames = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;
const noSourceText =
  'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
const manySourcesText = 'may not have more than one field specified at a time';

/** Findings on the environment of a container. */
export function validateEnv(variables: readonly EnvVar[] | undefined, field: string): Findings {
  return (variables ?? []).flatMap((variable, index) => {
    const at = `${field}[${index}]`;
    const { name } = variable;
    return [
      ...(name === ''
        ? [fieldError.required(`${at}.name`)]
        : invalidEach(`${at}.name`, name, variableNameProblems(name))),
      ...(variable.valueFrom === undefined
        ? []
        : validateSource(variable.valueFrom, variable.value, `${at}.valueFrom`)),
    ];
  });
}

function validateSource(source: EnvVarSource, value: string | undefined, field: string): Findings {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  const count = sourceNames.filter((name) => source[name] !== undefined).length;
  return [
    ...(fieldRef === undefined ? [] : validateFieldRef(fieldRef, variableFields, `${field}.fieldRef`)),
    ...(resourceFieldRef === undefined
      ? []
      : validateResourceRef(resourceFieldRef, `${field}.resourceFieldRef`, false)),
    ...(configMapKeyRef === undefined ? [] : validateKeyRef(configMapKeyRef, `${field}.configMapKeyRef`)),
    ...(secretKeyRef === undefined ? [] : validateKeyRef(secretKeyRef, `${field}.secretKeyRef`)),
    ...(fileKeyRef === undefined ? [] : validateFileRef(fileKeyRef, `${field}.fileKeyRef`)),
    ...validateSourceCount(count, value, field),
  ];
}

function validateSourceCount(count: number, value: string | undefined, field: string): Findings {
  if (count === 0) return [fieldError.invalid(field, '', noSourceText)];
  if (value) return [fieldError.invalid(field, '', 'may not be specified when `value` is not empty')];
  return count > 1 ? [fieldError.invalid(field, '', manySourcesText)] : [];
}

function validateKeyRef({ name = '', key }: { readonly name?: string; readonly key: string }, field: string): Findings {
  return [
    ...invalidEach(`${field}.name`, name, subdomainProblems(name)),
    ...(key === '' ? [fieldError.required(`${field}.key`)] : invalidEach(`${field}.key`, key, configKeyProblems(key))),
  ];
}

function validateFileRef({ volumeName, path, key }: FileKeySelector, field: string): Findings {
  return [
    ...checkPresent(`${field}.volumeName`, volumeName),
    ...(path === '' ? [fieldError.required(`${field}.path`)] : checkUnreservedPath(`${field}.path`, path)),
    ...(key === ''
      ? [fieldError.required(`${field}.key`)]
      : invalidEach(`${field}.key`, key, variableNameProblems(key))),
  ];
}

/** Findings on whole config maps and secrets taken into the environment. Counts are reported at the list, as upstream does. */
export function validateEnvFrom(sources: readonly EnvFromSource[] | undefined, field: string): Findings {
  return (sources ?? []).flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const at = `${field}[${index}]`;
    return [
      ...(prefix ? invalidEach(`${at}.prefix`, prefix, variableNameProblems(prefix)) : []),
      ...(configMapRef === undefined ? [] : validateName(configMapRef, `${at}.configMapRef`)),
      ...(secretRef === undefined ? [] : validateName(secretRef, `${at}.secretRef`)),
      ...validateFromCount([configMapRef, secretRef].filter((one) => one !== undefined).length, field),
    ];
  });
}

function validateName({ name }: { readonly name?: string }, field: string): Findings {
  return name ? checkSubdomain(`${field}.name`, name) : checkNotEmpty(`${field}.name`, undefined);
}

function validateFromCount(count: number, field: string): Findings {
  if (count === 0) return [fieldError.invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`')];
  return count > 1 ? [fieldError.invalid(field, '', manySourcesText)] : [];
}
