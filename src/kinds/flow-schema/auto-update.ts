import type { KubeObject } from '#kinds/meta/object.ts';

/** "true": the server gives the object back the spec that it comes with, and may remove it when it comes with it no more. */
export const autoUpdateKey = 'apf.kubernetes.io/autoupdate-spec';

const truths = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const untruths = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** What the object says of itself; undefined if nothing that can be read. */
export function asksAutoUpdate({ metadata }: KubeObject): boolean | undefined {
  const value = metadata.annotations?.[autoUpdateKey] ?? '';
  if (truths.includes(value)) return true;
  return untruths.includes(value) ? false : undefined;
}
