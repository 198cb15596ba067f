import { IndexSet } from '#kinds/job/indexes.ts';
import type { SuccessPolicy, SuccessPolicyRule } from '#kinds/job/schema.ts';

/** Why the Job has succeeded, in the words of its condition; undefined if no rule says so
 *  (spec: job.md section 6.14). */
export function matchSuccessPolicy(
  policy: SuccessPolicy | undefined,
  succeeded: IndexSet,
  completions: number,
): string | undefined {
  if (policy === undefined || succeeded.size === 0) return undefined;
  const index = policy.rules.findIndex((rule) => matches(rule, succeeded, completions));
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}

function matches(rule: SuccessPolicyRule, succeeded: IndexSet, completions: number): boolean {
  const { succeededIndexes, succeededCount } = rule;
  if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount;
  const wanted = IndexSet.parse(succeededIndexes, completions);
  if (wanted.size === 0) return false;
  const done = succeeded.overlap(wanted);
  return done === wanted.size || (succeededCount !== undefined && done >= succeededCount);
}
