import { checkOneOf, checkRange, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type {
  AppArmorProfile,
  PodSecurityContext,
  SeccompProfile,
  SecurityContext,
  Sysctl,
} from '#kinds/pod/schema/security.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { checkDescendingPath } from '#kinds/pod/validate/paths.ts';
import { validateWindowsOptions } from '#kinds/pod/validate/windows-options.ts';

type Findings = readonly FieldError[];

const idMax = 2 ** 31 - 1;
const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'] as const;

function checkId(field: string, id: number | undefined): Findings {
  return checkRange(field, id, 0, idMax);
}

/** Findings on the security context of one container. */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  field: string,
): Findings {
  if (context === undefined) return [];
  return [
    ...checkId(`${field}.runAsUser`, context.runAsUser),
    ...checkId(`${field}.runAsGroup`, context.runAsGroup),
    ...validateProcMount(context.procMount, hostUsers, `${field}.procMount`),
    ...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`),
    ...validateEscalation(context, field),
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
  ];
}

function validateProcMount(procMount: string | undefined, hostUsers: boolean, field: string): Findings {
  if (procMount === 'Unmasked' && hostUsers) {
    return [fieldError.invalid(field, procMount, '`hostUsers` must be false to use `Unmasked`')];
  }
  return checkOneOf(field, procMount, ['Default', 'Unmasked']);
}

function validateEscalation(context: SecurityContext, field: string): Findings {
  if (context.allowPrivilegeEscalation !== false) return [];
  const prefix = 'cannot set `allowPrivilegeEscalation` to false and';
  const errors: FieldError[] = [];
  if (context.privileged === true) {
    errors.push(fieldError.invalid(field, internally(context), `${prefix} \`privileged\` to true`));
  }
  for (const _admin of (context.capabilities?.add ?? []).filter((capability) => capability === 'CAP_SYS_ADMIN')) {
    errors.push(fieldError.invalid(field, internally(context), `${prefix} \`capabilities.Add\` CAP_SYS_ADMIN`));
  }
  return errors;
}

/** Findings on the security context of a pod as a whole. */
export function validatePodSecurityContext(spec: PodSpec, field: string): Findings {
  const { securityContext: context = {} } = spec;
  const shared = spec.shareProcessNamespace === true && spec.hostPID === true;
  const sharedText = 'ShareProcessNamespace and HostPID cannot both be enabled';
  return [
    ...checkId(`${field}.fsGroup`, context.fsGroup),
    ...checkId(`${field}.runAsUser`, context.runAsUser),
    ...checkId(`${field}.runAsGroup`, context.runAsGroup),
    ...(context.supplementalGroups ?? []).flatMap((id, index) => checkId(`${field}.supplementalGroups[${index}]`, id)),
    ...(shared ? [fieldError.invalid(`${field}.shareProcessNamespace`, true, sharedText)] : []),
    ...validateSysctls(spec, context.sysctls, `${field}.sysctls`),
    ...checkOneOf(`${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']),
    ...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`),
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
    ...validatePolicies(context, field),
  ];
}

function validatePolicies(context: PodSecurityContext, field: string): Findings {
  const { supplementalGroupsPolicy, seLinuxChangePolicy } = context;
  return [
    ...checkOneOf(`${field}.supplementalGroupsPolicy`, supplementalGroupsPolicy, ['Merge', 'Strict']),
    // Mounting by label is behind a switch that is off (gate SELinuxMount), and so cannot be asked for.
    ...checkOneOf(`${field}.seLinuxChangePolicy`, seLinuxChangePolicy, ['Recursive']),
  ];
}

const sysctlSegment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlPattern = `^(${sysctlSegment}[\\./])*${sysctlSegment}$`;
const sysctlRegExp = new RegExp(sysctlPattern);
const sysctlLengthMax = 253;

function validateSysctls(spec: PodSpec, sysctls: readonly Sysctl[] | undefined, field: string): Findings {
  const seen = new Set<string>();
  return (sysctls ?? []).flatMap(({ name }, index) => {
    const at = `${field}[${index}].name`;
    const bad = validateSysctlName(name, at);
    const again = bad.length === 0 && seen.has(name);
    seen.add(name);
    return [...bad, ...(again ? [fieldError.duplicate(at, name)] : []), ...validateHostSysctl(spec, name, at)];
  });
}

function validateSysctlName(name: string, field: string): Findings {
  if (name === '') return [fieldError.required(field)];
  if (name.length <= sysctlLengthMax && sysctlRegExp.test(name)) return [];
  const text = `must have at most ${sysctlLengthMax} characters and match regex ${sysctlPattern}`;
  return [fieldError.invalid(field, name, text)];
}

/** What belongs to a namespace that the pod shares with its node would change the node. */
function validateHostSysctl(spec: PodSpec, name: string, field: string): Findings {
  const dotted = dottedName(name);
  if (spec.hostNetwork === true && dotted.startsWith('net.')) {
    return [fieldError.invalid(field, name, "may not be specified when 'hostNetwork' is true")];
  }
  const ofIpc = ipcSysctls.test(dotted);
  if (spec.hostIPC === true && ofIpc) {
    return [fieldError.invalid(field, name, "may not be specified when 'hostIPC' is true")];
  }
  return [];
}

const ipcSysctls = /^(kernel\.(sem|shmall|shmmax|shmmni|shm_rmid_forced|shm|msgmax|msgmnb|msgmni|msg)$|fs\.mqueue\.)/;

/** A name may be written as a path; the first separator tells. What follows a star does not count. */
function dottedName(name: string): string {
  const [first] = /[./]/.exec(name) ?? [];
  const swapped: { readonly [char: string]: string } = { '/': '.', '.': '/' };
  const dotted = first === '/' ? name.replace(/[./]/g, (char) => swapped[char] ?? char) : name;
  return dotted.replace(/\*.*$/s, '');
}

function validateSeccomp(profile: SeccompProfile | undefined, field: string): Findings {
  if (profile === undefined) return [];
  const { type, localhostProfile } = profile;
  const at = `${field}.localhostProfile`;
  const typeErrors =
    type === ''
      ? [fieldError.required(`${field}.type`, 'type is required when seccompProfile is set')]
      : checkOneOf(`${field}.type`, type, profileTypes);
  if (type === 'Localhost') {
    if (localhostProfile !== undefined) return checkDescendingPath(at, localhostProfile);
    return [fieldError.required(at, 'must be set when seccomp type is Localhost')];
  }
  if (localhostProfile === undefined) return typeErrors;
  const text = 'can only be set when seccomp type is Localhost';
  return [...typeErrors, fieldError.invalid(at, internally(profile), text)];
}

/** Findings on how AppArmor is to confine a container, or all of a pod. */
export function validateAppArmor(profile: AppArmorProfile | undefined, field: string): Findings {
  if (profile === undefined) return [];
  const { type, localhostProfile } = profile;
  const at = `${field}.localhostProfile`;
  if (type === '') return [fieldError.required(`${field}.type`, 'type is required when appArmorProfile is set')];
  if (type !== 'Localhost') {
    const text = 'can only be set when AppArmor type is Localhost';
    const extra = localhostProfile !== undefined && profileTypes.some((known) => known === type);
    return [
      ...(extra ? [fieldError.invalid(at, localhostProfile, text)] : []),
      ...checkOneOf(`${field}.type`, type, profileTypes),
    ];
  }
  if (localhostProfile === undefined || localhostProfile === '') {
    return [fieldError.required(at, 'must be set when AppArmor type is Localhost')];
  }
  const padded = localhostProfile.trim() !== localhostProfile;
  return [
    ...(padded ? [fieldError.invalid(at, localhostProfile, 'must not be padded with whitespace')] : []),
    ...(Buffer.byteLength(localhostProfile) > 4095 ? [fieldError.tooLong(at, 4095)] : []),
  ];
}

/** Findings on a pod with users of its own together with what it shares with its node. */
export function validateHostUsers(spec: PodSpec, field: string): Findings {
  if (spec.hostUsers !== false) return [];
  const text = 'when `hostUsers` is false';
  const { initContainers, containers, ephemeralContainers } = spec;
  return [
    ...(spec.hostNetwork === true ? [fieldError.forbidden(`${field}.hostNetwork`, text)] : []),
    ...(spec.hostPID === true ? [fieldError.forbidden(`${field}.HostPID`, text)] : []),
    ...(spec.hostIPC === true ? [fieldError.forbidden(`${field}.HostIPC`, text)] : []),
    ...Object.entries({ initContainers, containers, ephemeralContainers }).flatMap(([list, members = []]) =>
      members.flatMap(({ volumeDevices = [] }, index) =>
        volumeDevices.length > 0 ? [fieldError.forbidden(`${field}.${list}[${index}].volumeDevices`, text)] : [],
      ),
    ),
  ];
}
