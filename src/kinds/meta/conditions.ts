import { jsonEqual } from '#base/json.ts';

/** What the conditions of all kinds share. */
export interface ConditionLike {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
}

/** The condition of this type, if it is there. */
export function findCondition<C extends { readonly type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** Whether the condition of this type is True. An absent one is not. */
export function isConditionTrue(
  conditions: readonly { readonly type: string; readonly status: string }[] | undefined,
  type: string,
): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/** `conditions` with `condition` in the place of the one of its type, or at the end. When the status does not flip, the
 *  time of its last flip is kept. Returns the same list when nothing changes, so that a write can be skipped. */
export function setCondition<C extends ConditionLike>(
  conditions: readonly C[] | undefined,
  condition: C,
): readonly C[] {
  const before = conditions ?? [];
  const old = findCondition(before, condition.type);
  if (old === undefined) return [...before, condition];
  const { status, lastTransitionTime } = old;
  const kept = status === condition.status && typeof lastTransitionTime === 'string';
  const next = kept ? { ...condition, lastTransitionTime } : condition;
  if (jsonEqual(old, next)) return before;
  return before.map((one) => (one === old ? next : one));
}
