import { jsonEqual } from '#base/json.ts';
import type { Toleration } from '#kinds/pod/schema/scheduling.ts';

/** `own` and then `more`, without those that another one among them makes needless. Of equal ones the first stays. */
export function mergeTolerations(own: readonly Toleration[], more: readonly Toleration[]): readonly Toleration[] {
  const all = [...own, ...more];
  const kept: Toleration[] = [];
  for (const [index, one] of all.entries()) {
    const isWider = (other: Toleration): boolean => !jsonEqual(one, other) && includes(other, one);
    if (kept.some((other) => includes(other, one)) || all.slice(index + 1).some(isWider)) continue;
    kept.push(one);
  }
  return kept;
}

/** Whether `wide` covers all taints that `narrow` covers, and for as long. */
function includes(wide: Toleration, narrow: Toleration): boolean {
  if (jsonEqual(wide, narrow)) return true;
  const { key = '', operator = '', effect = '', value = '', tolerationSeconds: seconds } = wide;
  const coversAllKeys = key === '' && operator === 'Exists';
  if (key !== (narrow.key ?? '') && !coversAllKeys) return false;
  if (effect !== '' && effect !== narrow.effect) return false;
  const isForLess = seconds !== undefined && (narrow.tolerationSeconds ?? Number.POSITIVE_INFINITY) > seconds;
  if (effect === 'NoExecute' && isForLess) return false;
  if (operator === 'Exists') return true;
  // Upstream's rule here wants the narrower one to spell out its operator.
  return (operator === '' || operator === 'Equal') && narrow.operator === 'Equal' && value === (narrow.value ?? '');
}
