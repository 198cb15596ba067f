import type { KubeObject } from '#kinds/meta/object.ts';

const reservedSuffix = '.static.k8s.io';

/** Texts for people who use a name that is meant for configurations that stand in files. */
export function staticNameWarnings({ metadata }: KubeObject): readonly string[] {
  if (!metadata.name.endsWith(reservedSuffix)) return [];
  return [
    `metadata.name: names ending with "${reservedSuffix}" are reserved for static manifest-based configurations and cannot be managed via the API`,
  ];
}
