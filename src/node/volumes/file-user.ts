import type { PodSpec } from '#kinds/pod/schema/spec.ts';

/** The user whom alone a secret file of the pod is for: the one that all its containers run as, if each is told to (spec:
 *  node-agent.md section 19). */
export function fileUserOf({ securityContext, ...spec }: PodSpec): number | undefined {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const all = [...initContainers, ...containers, ...ephemeralContainers];
  const [first, ...others] = new Set(all.map((one) => one.securityContext?.runAsUser ?? securityContext?.runAsUser));
  return others.length === 0 ? first : undefined;
}
