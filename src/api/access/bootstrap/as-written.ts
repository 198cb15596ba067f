import type { PolicyObject } from './policy.ts';

/** What the policy may say of an object, beside its metadata. */
const parts = ['"rules":', '"aggregationRule":', '"subjects":', '"roleRef":'];

/** Whether the stored text of an object says what the policy says, word for word, as it does until somebody changes it: then it
 *  need not be read. What says the same in other words is for `reconciled` to judge. */
export function isAsWritten(text: string, wanted: PolicyObject): boolean {
  const { rules, aggregationRule, subjects, roleRef } = wanted;
  const { labels, annotations } = wanted.metadata;
  // The rules of a role that is made up of others are theirs; a binding of nobody has no subjects at all.
  const isMadeUp = rules === null && text.includes('],"aggregationRule":');
  const told = isMadeUp
    ? { aggregationRule }
    : { ...(subjects?.length === 0 ? {} : { subjects }), rules, aggregationRule, roleRef };
  const end = `${isMadeUp ? ']' : '}'},${inner(told)}}`;
  if (!text.endsWith(end)) return false;
  const start = text.slice(0, -end.length);
  const others = isMadeUp ? parts.slice(1) : parts;
  return start.includes(`,${inner({ labels, annotations })},`) && !others.some((part) => start.includes(part));
}

/** As in the middle of an object. Quotes within strings are escaped, so that no string can hold this. */
function inner(value: object): string {
  return JSON.stringify(value).slice(1, -1);
}
