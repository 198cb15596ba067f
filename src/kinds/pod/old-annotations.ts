import type { AppArmorProfile } from '#kinds/pod/schema/security.ts';

/** Annotations that said, before there were fields for it, how containers are confined and which taints pods tolerate. */

export const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
/** Followed by the name of the container. */
export const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';
/** Followed by the name of the container. */
export const appArmorContainer = 'container.apparmor.security.beta.kubernetes.io/';

/** A JSON list of what the pod tolerates. */
export const oldTolerations = 'scheduler.alpha.kubernetes.io/tolerations';

const localhost = 'localhost/';

/** What the field says for what an AppArmor annotation says; undefined if that means nothing. */
export function appArmorProfileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const path = annotation.startsWith(localhost) ? annotation.slice(localhost.length) : '';
  return path === '' ? undefined : { type: 'Localhost', localhostProfile: path };
}
