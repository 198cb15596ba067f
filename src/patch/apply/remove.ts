import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { type FieldSet, isEmpty, isMember } from '#patch/fields/field-set.ts';
import { itemElement } from '#patch/fields/list-items.ts';
import { childOf, type KeyedListNode, type Node, type SetNode, type StructNode } from '#patch/fields/node.ts';
import { type Draft, put } from '#patch/tree.ts';

/** `value` without the fields in `set`, each with all it holds. What is emptied thereby becomes null, as upstream has it. */
export function removeFields(node: StructNode, value: object, set: FieldSet): JsonObject {
  if (isEmpty(set)) return value as JsonObject;
  return (withoutKeys(node, value as JsonObject, set) as JsonObject | null) ?? {};
}

/** `value` without what lies below the field `set` stands for. */
function withoutBelow(node: Node, value: Json, set: FieldSet): Json {
  switch (node.is) {
    case 'leaf':
      return node.type.is === 'object' || node.type.is === 'map' || node.type.is === 'list' ? null : value;
    case 'struct':
    case 'map':
      return value !== null && isObject(value) ? withoutKeys(node, value, set) : value;
    default:
      return Array.isArray(value) ? withoutItems(node, value, set) : value;
  }
}

function withoutKeys(node: Extract<Node, { is: 'struct' | 'map' }>, value: JsonObject, set: FieldSet): Json {
  const result: Draft = {};
  let kept = 0;
  for (const key of Object.keys(value)) {
    const below = set[`f:${key}`];
    if (below !== undefined && isMember(below)) continue;
    const child = childOf(node, key);
    const item = value[key] as Json;
    put(result, key, below === undefined || child === undefined ? item : withoutBelow(child, item, below));
    kept++;
  }
  return kept === 0 ? null : result;
}

function withoutItems(node: KeyedListNode | SetNode, items: readonly Json[], set: FieldSet): Json {
  const result: Json[] = [];
  for (const item of items) {
    const known = itemElement(node, item);
    const below = 'element' in known ? set[known.element] : undefined;
    if (below !== undefined && isMember(below)) continue;
    result.push(below === undefined || node.is === 'set' ? item : withoutBelow(node.item, item, below));
  }
  return result.length === 0 ? null : result;
}
