import type { Taint } from '#kinds/node/schema.ts';
import type { Toleration } from '#kinds/pod/schema/scheduling.ts';

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

/** Whether a toleration covers a taint (spec: nodes-and-scheduling.md section 4.1). Operators behind gates that are off cover
 *  nothing. */
export function tolerates(toleration: Toleration, taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  const { key = '', operator = '', effect = '', value = '' } = toleration;
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && value === (taint.value ?? '');
}

/** The taints with one of `effects` that no toleration covers. */
export function untolerated(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly TaintEffect[],
): readonly Taint[] {
  if (taints === undefined) return [];
  return taints.filter(
    (taint) =>
      effects.some((effect) => effect === taint.effect) &&
      !tolerations?.some((toleration) => tolerates(toleration, taint)),
  );
}
