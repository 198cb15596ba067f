import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { StringMap } from '#kinds/meta/labels.ts';
import { appArmorContainer, seccompContainer, seccompPod } from '#kinds/pod/old-annotations.ts';
import type { AppArmorProfile, SeccompProfile } from '#kinds/pod/schema/security.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

type Findings = readonly FieldError[];

/** Findings on pods that say how they are confined both in the old way, by annotations, and by fields: both must say the same. */
export function validateOldProfiles(annotations: StringMap | undefined, spec: PodSpec, field: string): Findings {
  if (annotations === undefined) return [];
  const { securityContext: ofPod } = spec;
  const contexts = placedContexts(spec, field);
  const seccomp = contexts.flatMap(({ name, context, at }) =>
    compare('seccomp', context?.seccompProfile, annotations[`${seccompContainer}${name}`], `${at}.seccompProfile`),
  );
  const appArmor = contexts.flatMap(({ name, context, at }) => {
    const profile = context?.appArmorProfile ?? ofPod?.appArmorProfile;
    return compare('apparmor', profile, annotations[`${appArmorContainer}${name}`], `${at}.appArmorProfile`);
  });
  return [
    ...compare('seccomp', ofPod?.seccompProfile, annotations[seccompPod], `${field}.securityContext.seccompProfile`),
    ...seccomp,
    ...(spec.os?.name === 'windows' ? [] : appArmor),
  ];
}

function placedContexts({ initContainers, containers, ephemeralContainers }: PodSpec, field: string) {
  return Object.entries({ initContainers, containers, ephemeralContainers }).flatMap(([list, members = []]) =>
    members.map(({ name, securityContext: context }, index) => ({
      name,
      context,
      at: `${field}.${list}[${index}].securityContext`,
    })),
  );
}

const plain: { readonly [type: string]: readonly string[] } = {
  Unconfined: ['unconfined'],
  RuntimeDefault: ['runtime/default', 'docker/default'],
};
const localhost = 'localhost/';

function compare(
  what: 'seccomp' | 'apparmor',
  profile: SeccompProfile | AppArmorProfile | undefined,
  annotation: string | undefined,
  field: string,
): Findings {
  if (profile === undefined || annotation === undefined) return [];
  const differs = (part: 'type' | 'profile', at: string): Findings => [
    fieldError.forbidden(`${field}.${at}`, `${what} ${part} in annotation and field must match`),
  ];
  if (profile.type === 'Localhost') {
    if (!annotation.startsWith(localhost)) return differs('type', 'type');
    return annotation.slice(localhost.length) === profile.localhostProfile
      ? []
      : differs('profile', 'localhostProfile');
  }
  const texts = plain[profile.type];
  // Docker's own default was never a profile of AppArmor.
  const known = what === 'apparmor' ? texts?.slice(0, 1) : texts;
  return known === undefined || known.includes(annotation) ? [] : differs('type', 'type');
}
