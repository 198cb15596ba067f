import { checkLabelName, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { configKeyProblems, variableNameProblems } from '#kinds/meta/texts.ts';
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector } from '#kinds/pod/schema/container.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { validateFieldRef, validateResourceRef, variableFields } from '#kinds/pod/validate/field-refs.ts';
import { checkNoBacksteps } from '#kinds/pod/validate/paths.ts';

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
    ...(key === ''
      ? [fieldError.required(`${field}.key`)]
      : invalidEach(`${field}.key`, key, variableNameProblems(key))),
    ...checkLabelName(`${field}.volumeName`, volumeName),
    ...(path === '' ? [fieldError.required(`${field}.path`)] : checkNoBacksteps(`${field}.path`, path)),
  ];
}

/** Findings on variables taken from files: those must be in a volume that the pod's containers can fill. */
export function validateFileVolumes(
  { volumes, initContainers, containers, ephemeralContainers }: PodSpec,
  field: string,
): Findings {
  const known = new Map((volumes ?? []).map((volume) => [volume.name, volume]));
  return Object.entries({ initContainers, containers, ephemeralContainers }).flatMap(([list, members = []]) =>
    members.flatMap(({ env = [] }, index) =>
      env.flatMap(({ valueFrom }, at) => {
        if (valueFrom?.fileKeyRef === undefined) return [];
        const { volumeName } = valueFrom.fileKeyRef;
        const place = `${field}.${list}[${index}].env[${at}].valueFrom.fileKeyRef.volumeName`;
        const volume = known.get(volumeName);
        if (volume === undefined) return [fieldError.notFound(place, volumeName)];
        if (volume.emptyDir !== undefined) return [];
        return [fieldError.invalid(place, volumeName, 'referenced volume must be of type emptyDir')];
      }),
    ),
  );
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
  // Upstream checks it as it checks a prefix of names.
  return name
    ? invalidEach(`${field}.name`, name, subdomainProblems(name, true))
    : [fieldError.required(`${field}.name`)];
}

function validateFromCount(count: number, field: string): Findings {
  if (count === 0) return [fieldError.invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`')];
  return count > 1 ? [fieldError.invalid(field, '', manySourcesText)] : [];
}
