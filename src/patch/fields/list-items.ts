import { isObject, type Json } from '#base/json.ts';
import type { KeyedListNode, SetNode } from '#patch/fields/node.ts';
import { keyElement, valueElement } from '#patch/fields/path-element.ts';
import { get } from '#patch/tree.ts';

/** The element by which an item of a list is known, or the reason why it has none, in upstream's words. */
export function itemElement(node: KeyedListNode | SetNode, item: Json): { element: string } | { problem: string } {
  return node.is === 'set' ? setElement(item) : keyedElement(node, item);
}

function setElement(item: Json): { element: string } | { problem: string } {
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  if (Array.isArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  if (isObject(item)) return { problem: "associative list without keys has an element that's a map type" };
  return { element: valueElement(item) };
}

/** A key that is left out and has no default is no part of the element: with it the item would be another one. */
function keyedElement(node: KeyedListNode, item: Json): { element: string } | { problem: string } {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isObject(item)) return { problem: 'associative list with keys may not have non-map elements' };
  const keys: string[] = [];
  const values: Json[] = [];
  for (let at = 0; at < node.keys.length; at++) {
    const key = node.keys[at] as string;
    const value = get(item, key) ?? node.defaults[at];
    if (value === undefined) continue;
    keys.push(key);
    values.push(value);
  }
  if (keys.length > 0) return { element: keyElement(keys, values) };
  const wanted = `[${node.keys.map((key) => JSON.stringify(key)).join(' ')}]`;
  const problem = `associative list with keys has an element that omits all key fields ${wanted} (and doesn't have default values for any key fields)`;
  return { problem };
}

/** The items of a list under their elements, in the order in which they first come. Items without an element are left out. */
export function itemsByElement(
  node: KeyedListNode | SetNode,
  items: readonly Json[],
): ReadonlyMap<string, readonly Json[]> {
  const result = new Map<string, Json[]>();
  for (const item of items) {
    const known = itemElement(node, item);
    if ('problem' in known) continue;
    const same = result.get(known.element);
    if (same === undefined) result.set(known.element, [item]);
    else same.push(item);
  }
  return result;
}
