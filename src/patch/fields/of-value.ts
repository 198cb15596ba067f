import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { type FieldSet, type FieldSetDraft, leaf, nodeOf, noFields } from '#patch/fields/field-set.ts';
import { itemElement } from '#patch/fields/list-items.ts';
import { childOf, type Node, type StructNode } from '#patch/fields/node.ts';

/** All fields of an object: its leaves, the items of its lists, and what is empty or null. Structures and maps that hold
 *  something are not fields of their own (spec: api.md section 9.1). */
export function fieldsOf(node: StructNode, value: object): FieldSet {
  return childrenOf(node, value as JsonObject) ?? noFields;
}

function fieldsBelow(node: Node, value: Json): FieldSet | undefined {
  if (value === null || node.is === 'leaf') return leaf;
  if (node.is === 'struct' || node.is === 'map') {
    if (isObject(value)) return nodeOf(Object.keys(value).length === 0, childrenOf(node, value));
    return node.is === 'map' && node.loose === true ? leaf : undefined;
  }
  return nodeOf(false, Array.isArray(value) ? itemsOf(node, value) : undefined);
}

function childrenOf(node: Extract<Node, { is: 'struct' | 'map' }>, value: JsonObject): FieldSetDraft | undefined {
  let result: FieldSetDraft | undefined;
  for (const key of Object.keys(value)) {
    const child = childOf(node, key);
    if (child === undefined) continue;
    const below = fieldsBelow(child, value[key] as Json);
    // What a client chose to name is a field of its own, whatever it holds.
    const own = node.is === 'map' ? nodeOf(true, below === undefined ? undefined : { ...below }) : below;
    if (own === undefined) continue;
    result ??= {};
    result[`f:${key}`] = own;
  }
  return result;
}

function itemsOf(node: Extract<Node, { is: 'keyed-list' | 'set' }>, items: readonly Json[]): FieldSetDraft | undefined {
  let result: FieldSetDraft | undefined;
  for (const item of items) {
    const known = itemElement(node, item);
    if ('problem' in known) continue;
    result ??= {};
    // Items that share their keys are one field together.
    const single = node.is === 'keyed-list' && result[known.element] === undefined;
    const below = single ? fieldsBelow(node.item, item) : undefined;
    result[known.element] = nodeOf(true, below === undefined ? undefined : { ...below }) as FieldSet;
  }
  return result;
}
