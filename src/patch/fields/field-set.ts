/** A set of fields, in the very form in which `managedFields[].fieldsV1` spells it (spec: api.md section 9.1): a tree with
 *  `f:<name>` for fields, `k:{...}` for items of keyed lists, `v:<json>` for items of sets, `i:<n>` for places. A node is in the
 *  set if it is empty or holds ".". The set without fields is the empty tree. Sets are never changed: operations share what
 *  they can and return their first argument itself where the result equals it. */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** A set under construction. */
export type FieldSetDraft = { [element: string]: FieldSet };

const self = '.';

/** The node of a field in the set that has no fields below it; also the set of no fields. */
export const leaf: FieldSet = Object.freeze({});
export const noFields: FieldSet = leaf;

export function isEmpty(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether a node below the root is in the set itself, not only fields beneath it. */
export function isMember(node: FieldSet): boolean {
  return node[self] !== undefined || isEmpty(node);
}

/** A node with these children that is in the set too; undefined when that leaves nothing. */
export function nodeOf(member: boolean, children: FieldSetDraft | undefined): FieldSet | undefined {
  if (children === undefined || isEmpty(children)) return member ? leaf : undefined;
  if (member) children[self] = leaf;
  return children;
}

/** The set that holds just these paths, each a list of elements such as "f:status". */
export function fieldSetOfPaths(paths: readonly (readonly string[])[]): FieldSet {
  let set = noFields;
  for (const path of paths) {
    let node: FieldSet = leaf;
    for (const element of path.toReversed()) node = { [element]: node };
    set = union(set, node);
  }
  return set;
}

/** The fields in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmpty(b)) return a;
  if (isEmpty(a)) return b;
  return unionOfChildren(a, b) ?? a;
}

function unionOfChildren(a: FieldSet, b: FieldSet): FieldSetDraft | undefined {
  let result: FieldSetDraft | undefined;
  for (const element in b) {
    const theirs = b[element] as FieldSet;
    const ours = a[element];
    const both = ours === undefined ? theirs : unionOfNodes(ours, theirs);
    if (both === ours) continue;
    result ??= { ...a };
    result[element] = both;
  }
  return result;
}

function unionOfNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  if (isEmpty(b)) return isMember(a) ? a : { ...a, [self]: leaf };
  if (isEmpty(a)) return b[self] === undefined ? { ...b, [self]: leaf } : b;
  return unionOfChildren(a, b) ?? a;
}

/** The fields of `a` that are not in `b`. A field of `b` takes nothing that is beneath it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(b) ? a : (without(a, b, false) ?? noFields);
}

/** The fields of `a` that are neither in `b` nor beneath a field of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(b) ? a : (without(a, b, true) ?? noFields);
}

/** The node `a` without `b`, or undefined if nothing is left. Works on roots too, which are not members. */
function without(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet | undefined {
  let result: FieldSetDraft | undefined;
  for (const element in a) {
    const theirs = b[element];
    if (theirs === undefined) continue;
    const ours = a[element] as FieldSet;
    const rest = element === self ? undefined : withoutNode(ours, theirs, recursive);
    if (rest === ours) continue;
    result ??= { ...a };
    if (rest === undefined) delete result[element];
    else result[element] = rest;
  }
  return result === undefined ? a : tidy(result);
}

/** `draft` as a node: undefined without anything in it, the leaf if it holds only itself. */
function tidy(draft: FieldSetDraft): FieldSet | undefined {
  if (draft[self] === undefined) return isEmpty(draft) ? undefined : draft;
  for (const element in draft) if (element !== self) return draft;
  return leaf;
}

function withoutNode(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet | undefined {
  if (isEmpty(b)) {
    if (recursive || isEmpty(a)) return undefined;
    if (a[self] === undefined) return a;
    const { [self]: _, ...children } = a;
    return nodeOf(false, children);
  }
  if (recursive && isMember(b)) return undefined;
  if (isEmpty(a)) return isMember(b) ? undefined : a;
  return without(a, b, recursive);
}

/** The fields in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  let result: FieldSetDraft | undefined;
  for (const element in a) {
    const theirs = b[element];
    if (theirs === undefined) continue;
    const ours = a[element] as FieldSet;
    const both = element === self ? leaf : intersectionOfNodes(ours, theirs);
    if (both === undefined) continue;
    result ??= {};
    result[element] = both;
  }
  return result ?? noFields;
}

function intersectionOfNodes(a: FieldSet, b: FieldSet): FieldSet | undefined {
  if (a === b) return a;
  const { [self]: _, ...children } = intersection(a, b);
  return nodeOf(isMember(a) && isMember(b), children);
}

/** Whether the two share a field: `!isEmpty(intersection(a, b))` without building it. */
export function overlaps(a: FieldSet, b: FieldSet): boolean {
  for (const element in a) {
    const theirs = b[element];
    if (theirs === undefined) continue;
    const ours = a[element] as FieldSet;
    if (element === self || (isMember(ours) && isMember(theirs)) || overlaps(ours, theirs)) return true;
  }
  return false;
}

/** Calls `visit` for each field with its path: at each level the fields themselves, sorted, then what is beneath them. */
export function eachPath(
  set: FieldSet,
  compare: (a: string, b: string) => number,
  visit: (path: readonly string[]) => void,
  prefix: readonly string[] = [],
): void {
  const elements = Object.keys(set)
    .filter((element) => element !== self)
    .sort(compare);
  for (const element of elements) if (isMember(set[element] as FieldSet)) visit([...prefix, element]);
  for (const element of elements) eachPath(set[element] as FieldSet, compare, visit, [...prefix, element]);
}
