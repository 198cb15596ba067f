import type { Millis } from '#base/units.ts';
import type { Node, Taint } from '#kinds/node/schema.ts';
import type { Toleration } from '#kinds/pod/schema/scheduling.ts';
import { tolerates } from '#placement/tolerations.ts';

/** The taints that drive pods away. */
export function evictingTaints({ spec }: Node): readonly Taint[] {
  return (spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}

/** For how long a pod may stay on a node with these taints; undefined for ever
 *  (spec: nodes-and-scheduling.md section 4.3). Of several tolerations of one taint the first counts. */
export function toleratedFor(
  taints: readonly Taint[],
  tolerations: readonly Toleration[] | undefined,
): Millis | undefined {
  let shortest: number | undefined;
  for (const taint of taints) {
    const toleration = tolerations?.find((one) => tolerates(one, taint));
    if (toleration === undefined) return 0;
    const { tolerationSeconds } = toleration;
    if (tolerationSeconds !== undefined) shortest = Math.min(Math.max(0, tolerationSeconds), shortest ?? Infinity);
  }
  return shortest === undefined ? undefined : shortest * 1000;
}
