import { isObject, type Json, type JsonObject, jsonEqual } from '#base/json.ts';
import { type FieldSet, type FieldSetDraft, leaf, nodeOf, noFields } from '#patch/fields/field-set.ts';
import { itemElement, itemsByElement } from '#patch/fields/list-items.ts';
import { childOf, type KeyedListNode, type Node, type SetNode, type StructNode } from '#patch/fields/node.ts';
import { get } from '#patch/tree.ts';

export interface Changes {
  /** Fields that `after` has and `before` has not, or has with another value. */
  readonly changed: FieldSet;
  /** Fields that `before` has and `after` has not. */
  readonly removed: FieldSet;
}

/** Compares two objects field by field. Parts that are the same value in memory cost nothing. A map, list or structure that
 *  appears or disappears counts itself besides what it holds (spec: api.md section 9). */
export function compareObjects(node: StructNode, before: object, after: object): Changes {
  if (before === after) return { changed: noFields, removed: noFields };
  return {
    changed: gained(node, before as JsonObject, after as JsonObject, true) ?? noFields,
    removed: gained(node, after as JsonObject, before as JsonObject, false) ?? noFields,
  };
}

/** What `b` has and `a` has not; with `values`, also the leaves that differ. Undefined stands for absent, null does not. */
function gained(node: Node, a: Json | undefined, b: Json | undefined, values: boolean): FieldSet | undefined {
  if (a === b || b === undefined) return undefined;
  switch (node.is) {
    case 'leaf':
      return gainedLeaf(a, b, values);
    case 'struct':
    case 'map': {
      const from = a !== undefined && a !== null && isObject(a) ? a : undefined;
      const to = b !== null && isObject(b) ? b : undefined;
      if (isBare(from) && isBare(to)) return gainedLeaf(a, b, values);
      if (to === undefined) return node.is === 'map' && node.loose === true ? gainedLeaf(a, b, values) : undefined;
      const below =
        node.is === 'struct' ? gainedFields(node, from, to, values) : gainedKeys(node.value, from, to, values);
      return nodeOf(a === undefined, below);
    }
    default: {
      const from = Array.isArray(a) ? a : nothing;
      const to = Array.isArray(b) ? b : nothing;
      if (from.length === 0 && to.length === 0) return gainedLeaf(a, b, values);
      const below = node.is === 'set' ? gainedValues(node, from, to, values) : gainedItems(node, from, to, values);
      return nodeOf(a === undefined, below);
    }
  }
}

const nothing: readonly Json[] = [];

function isBare(value: JsonObject | undefined): boolean {
  for (const _ in value) return false;
  return true;
}

function gainedLeaf(a: Json | undefined, b: Json, values: boolean): FieldSet | undefined {
  return a === undefined || (values && !jsonEqual(a, b)) ? leaf : undefined;
}

function gainedFields(
  node: StructNode,
  a: JsonObject | undefined,
  b: JsonObject,
  values: boolean,
): FieldSetDraft | undefined {
  let result: FieldSetDraft | undefined;
  for (const name in b) {
    const to = b[name];
    const from = a === undefined ? undefined : get(a, name);
    if (from === to) continue;
    const child = childOf(node, name);
    if (child === undefined) continue;
    const below = gained(child, from, to, values);
    if (below === undefined) continue;
    result ??= {};
    result[node.fields.get(name)?.element ?? `f:${name}`] = below;
  }
  return result;
}

function gainedKeys(value: Node, a: JsonObject | undefined, b: JsonObject, values: boolean): FieldSetDraft | undefined {
  let result: FieldSetDraft | undefined;
  for (const key in b) {
    const below = gained(value, a === undefined ? undefined : get(a, key), b[key], values);
    if (below === undefined) continue;
    result ??= {};
    result[`f:${key}`] = below;
  }
  return result;
}

function gainedItems(
  node: KeyedListNode,
  a: readonly Json[],
  b: readonly Json[],
  values: boolean,
): FieldSetDraft | undefined {
  if (keysMatch(node, a, b)) return gainedInPlace(node, a, b, values);
  const before = itemsByElement(node, a);
  let result: FieldSetDraft | undefined;
  for (const [element, items] of itemsByElement(node, b)) {
    const old = before.get(element) ?? nothing;
    const below = gainedItem(node.item, old, items, values);
    if (below === undefined) continue;
    result ??= {};
    result[element] = below;
  }
  return result;
}

/** Up to this length a list is searched faster than a table of it is built. */
const shortListLength = 16;

/** Whether both lists have the same unlike keys in the same order, as they do in most writes. */
function keysMatch(node: KeyedListNode, a: readonly Json[], b: readonly Json[]): boolean {
  if (a.length !== b.length || a.length > shortListLength) return false;
  for (let at = 0; at < a.length; at++) {
    if (!sameKeys(node, a[at] as Json, b[at] as Json)) return false;
    for (let other = 0; other < at; other++) if (sameKeys(node, b[at] as Json, b[other] as Json)) return false;
  }
  return true;
}

function sameKeys(node: KeyedListNode, a: Json, b: Json): boolean {
  if (a === null || b === null || !isObject(a) || !isObject(b)) return false;
  for (const key of node.keys) if (a[key] !== b[key]) return false;
  return true;
}

function gainedInPlace(
  node: KeyedListNode,
  a: readonly Json[],
  b: readonly Json[],
  values: boolean,
): FieldSetDraft | undefined {
  let result: FieldSetDraft | undefined;
  for (let at = 0; at < b.length; at++) {
    const below = gained(node.item, a[at], b[at], values);
    if (below === undefined) continue;
    const known = itemElement(node, b[at] as Json);
    if ('problem' in known) continue;
    result ??= {};
    result[known.element] = below;
  }
  return result;
}

/** Items that share their keys, which only plain writes may make, are one field together. */
function gainedItem(item: Node, a: readonly Json[], b: readonly Json[], values: boolean): FieldSet | undefined {
  const single = a.length === 1 ? a[0] : undefined;
  if (b.length === 1) return gained(item, single, b[0], values);
  return a.length <= 1 || (values && !jsonEqual(a, b)) ? leaf : undefined;
}

function gainedValues(
  node: SetNode,
  a: readonly Json[],
  b: readonly Json[],
  values: boolean,
): FieldSetDraft | undefined {
  if (a.length === b.length && b.every((item, at) => item === a[at])) return undefined;
  const before = itemsByElement(node, a);
  let result: FieldSetDraft | undefined;
  for (const [element, items] of itemsByElement(node, b)) {
    const old = before.get(element) ?? nothing;
    const same = items.length === 1 ? old.length === 1 : old.length > 1 && (!values || jsonEqual(old, items));
    if (same) continue;
    result ??= {};
    result[element] = leaf;
  }
  return result;
}
