import { jsonEqual } from '#base/json.ts';
import { appArmorContainer, appArmorProfileOf } from '#kinds/pod/old-annotations.ts';
import type { Container, EphemeralContainer } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { AppArmorProfile } from '#kinds/pod/schema/security.ts';
import { validateAppArmor } from '#kinds/pod/validate/security.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in the field for what a new pod says of AppArmor by annotation alone. */
export function fillOldProfiles(pod: Draft<Pod>): void {
  for (const { container, profile } of annotated(pod)) {
    if (profile === undefined || jsonEqual(profile, podProfile(pod))) continue;
    container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
}

/** What upstream says of such annotations, unless the pod as a whole says the same by its field. */
export function oldProfileWarnings(pod: Draft<Pod>): readonly string[] {
  return annotated(pod).flatMap(({ key, profile }) =>
    profile !== undefined && jsonEqual(profile, podProfile(pod))
      ? []
      : [`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`],
  );
}

interface Annotated {
  readonly container: Draft<Container> | Draft<EphemeralContainer>;
  readonly key: string;
  /** Absent if no good profile can be made of the annotation. */
  readonly profile: AppArmorProfile | undefined;
}

function annotated({ metadata, spec }: Draft<Pod>): readonly Annotated[] {
  const { annotations } = metadata;
  if (annotations === undefined || spec.os?.name === 'windows') return [];
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  return containers.flatMap((container) => {
    const key = `${appArmorContainer}${container.name}`;
    const annotation = annotations[key];
    if (annotation === undefined || container.securityContext?.appArmorProfile !== undefined) return [];
    const profile = appArmorProfileOf(annotation);
    const isGood = profile !== undefined && validateAppArmor(profile, '').length === 0;
    return [{ container, key, profile: isGood ? profile : undefined }];
  });
}

function podProfile({ spec }: Draft<Pod>): AppArmorProfile | undefined {
  return spec.securityContext?.appArmorProfile;
}
