import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { PodSecurityContext, SecurityContext } from '#kinds/pod/schema/security.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

type Findings = readonly FieldError[];

/** Findings on the operating system a pod is for (API field `spec.os`): its name, and fields that mean nothing there. */
export function validateOs(spec: PodSpec, field: string): Findings {
  switch (spec.os?.name) {
    case undefined:
      return [];
    case '':
      return [fieldError.required(`${field}.os.name`, 'cannot be empty')];
    case 'linux':
      return validateLinux(spec, field);
    case 'windows':
      return validateWindows(spec, field);
    default:
      return [fieldError.notSupported(`${field}.os`, spec.os?.name, ['linux', 'windows'])];
  }
}

function validateLinux(spec: PodSpec, field: string): Findings {
  const text = 'windows options cannot be set for a linux pod';
  return contexts(spec, field).flatMap(({ context, at }) =>
    context.windowsOptions === undefined ? [] : [fieldError.forbidden(`${at}.windowsOptions`, text)],
  );
}

const podFields = ['hostUsers', 'shareProcessNamespace'] as const;
const podSwitches = ['hostPID', 'hostIPC'] as const;
const podContextFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const satisfies readonly (keyof PodSecurityContext)[];
const containerContextFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const satisfies readonly (keyof SecurityContext)[];

function validateWindows(spec: PodSpec, field: string): Findings {
  const switchedOn = podSwitches.filter((name) => spec[name] === true);
  return [
    ...forbidden(spec, podFields, field),
    ...forbidden(spec, switchedOn, field),
    ...contexts(spec, field).flatMap(({ context, at, of }) =>
      of === 'pod' ? forbidden(context, podContextFields, at) : forbidden(context, containerContextFields, at),
    ),
  ];
}

function forbidden<K extends string>(
  values: { readonly [F in K]?: unknown },
  fields: readonly K[],
  at: string,
): Findings {
  return fields
    .filter((name) => values[name] !== undefined)
    .map((name) => fieldError.forbidden(`${at}.${name}`, 'cannot be set for a windows pod'));
}

type Context =
  | { readonly of: 'pod'; readonly context: PodSecurityContext; readonly at: string }
  | { readonly of: 'container'; readonly context: SecurityContext; readonly at: string };

function contexts(spec: PodSpec, field: string): readonly Context[] {
  const containers = (['containers', 'initContainers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ securityContext: context }, index): readonly Context[] =>
      context === undefined ? [] : [{ of: 'container', context, at: `${field}.${list}[${index}].securityContext` }],
    ),
  );
  const { securityContext: context } = spec;
  return context === undefined ? containers : [{ of: 'pod', context, at: `${field}.securityContext` }, ...containers];
}
