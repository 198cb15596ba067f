import type { StringMap } from '#kinds/meta/labels.ts';
import type { Node } from '#kinds/node/schema.ts';

/** Labels that older software still asks for, and those they repeat. */
const mirrored = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
] as const;

/** The older labels that the node lacks, or has with another value (spec: nodes-and-scheduling.md section 2.2); undefined if
 *  it has them all. */
export function missingLabels({ metadata: { labels = {} } }: Node): StringMap | undefined {
  const missing = mirrored.flatMap(([key, older]) => {
    const value = labels[key];
    return value === undefined || labels[older] === value ? [] : [[older, value] as const];
  });
  return missing.length === 0 ? undefined : Object.fromEntries(missing);
}
