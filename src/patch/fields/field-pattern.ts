import { type FieldSet, type FieldSetDraft, isEmpty, isMember, nodeOf, noFields } from './field-set.ts';

/** Fields by the way to them, in the elements of field sets; "*" stands for any one element. `true` takes in all that is below. */
export type FieldPattern = true | { readonly [element: string]: FieldPattern };

/** The pattern of everything at or below these paths of names. */
export function patternOf(paths: readonly (readonly string[])[]): FieldPattern {
  return paths.reduce<FieldPattern>((pattern, path) => withPath(pattern, path), {});
}

function withPath(pattern: FieldPattern, [name, ...rest]: readonly string[]): FieldPattern {
  if (name === undefined || pattern === true) return true;
  const element = name === '*' ? name : `f:${name}`;
  return { ...pattern, [element]: withPath(pattern[element] ?? {}, rest) };
}

/** What of a set the pattern takes in. As upstream does, the items on the way to it stay in the set themselves. */
export function within(set: FieldSet, pattern: FieldPattern): FieldSet {
  if (pattern === true) return set;
  const result: FieldSetDraft = {};
  for (const [element, node] of Object.entries(set)) {
    const below = pattern[element] ?? pattern['*'];
    if (element === '.' || below === undefined) continue;
    const rest = below === true ? node : nodeOf(isMember(node), { ...within(node, below) });
    if (rest !== undefined) result[element] = rest;
  }
  return isEmpty(result) ? noFields : result;
}
