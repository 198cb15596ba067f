import { isObject, type Json, type JsonObject, jsonEqual } from '#base/json.ts';
import { itemElement } from '#patch/fields/list-items.ts';
import {
  childOf,
  type FieldNode,
  type KeyedListNode,
  type Node,
  type SetNode,
  type StructNode,
} from '#patch/fields/node.ts';
import { type Draft, get, put } from '#patch/tree.ts';
import { canonicalQuantity, QuantityError } from '#schema/quantity.ts';
import type { Type } from '#schema/type.ts';

/** An applied configuration laid over the live object: maps are merged key by key, keyed lists and sets item by item, all
 *  else is the applier's. Nothing is removed (spec: api.md section 9.4). The live object itself when that changes nothing. */
export function mergeConfiguration(node: StructNode, live: object, config: object): JsonObject {
  return mergeMaps(node, live as JsonObject, config as JsonObject);
}

function mergeNode(node: Node, live: Json | undefined, config: Json): Json {
  if (live === undefined) return config;
  switch (node.is) {
    case 'leaf':
      return sameLeaf(node.type, live, config) ? live : config;
    case 'struct':
    case 'map': {
      if (node.is === 'map' && node.loose === true && config !== null && !isObject(config)) return config;
      if (config === null || !isObject(config)) return isObject(live) && Object.keys(live).length > 0 ? live : config;
      return live !== null && isObject(live) ? mergeMaps(node, live, config) : config;
    }
    default: {
      const wanted = Array.isArray(config) ? config : [];
      const present: readonly Json[] = Array.isArray(live) ? live : [];
      if (wanted.length === 0 && present.length === 0) return jsonEqual(live, config) ? live : config;
      return mergeLists(node, present, wanted);
    }
  }
}

/** Whether decoding will make the same of both: `1000m` is 1. Upstream's own comparison would see a change there, and a
 *  conflict where nobody disagrees. */
function sameLeaf(type: Type, live: Json, config: Json): boolean {
  if (jsonEqual(live, config)) return true;
  if (type.is !== 'quantity' || (typeof config !== 'string' && typeof config !== 'number')) return false;
  try {
    return canonicalQuantity(String(config)) === live;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

function mergeMaps(node: Extract<Node, { is: 'struct' | 'map' }>, live: JsonObject, config: JsonObject): JsonObject {
  let result: Draft | undefined;
  for (const key of Object.keys(config)) {
    const child = childOf(node, key);
    if (child === undefined) continue;
    const field = node.is === 'map' ? undefined : node.fields.get(key);
    const before = get(live, key);
    const wanted = config[key] as Json;
    if (before === undefined && field !== undefined && countsAsUnset(field, wanted)) continue;
    const after = mergeNode(child, before, wanted);
    if (after === before) continue;
    result ??= { ...live };
    put(result, key, after);
  }
  return result ?? live;
}

/** Whether decoding drops `value`, so that setting it where nothing is changes nothing. */
function countsAsUnset(field: FieldNode, value: Json): boolean {
  if (value === null) return true;
  switch (field.presence) {
    case 'nonzero':
      return value === 0 || value === false || value === '';
    case 'optional':
      return isCollection(field.node) && Object.keys(value).length === 0;
    default:
      return false;
  }
}

function isCollection(node: Node): boolean {
  if (node.is === 'leaf') return node.type.is === 'list' || node.type.is === 'map';
  return node.is !== 'struct';
}

interface Item {
  readonly element: string;
  readonly value: Json;
}

/** The items of both, the applier's in the applier's order. Items that only the live list has stay where they are: after
 *  the same shared item as before. */
function mergeLists(node: KeyedListNode | SetNode, live: readonly Json[], config: readonly Json[]): readonly Json[] {
  const wanted = identified(node, config);
  const present = identified(node, live);
  const wantedByElement = new Map(wanted.map((item) => [item.element, item.value]));
  const presentByElement = new Map<string, Json>();
  // What stands there twice is not merged with, but replaced.
  for (const { element, value } of present) presentByElement.set(element, presentByElement.has(element) ? null : value);
  const merged = (element: string): Json => {
    const value = wantedByElement.get(element) as Json;
    return node.is === 'set' ? value : mergeNode(node.item, presentByElement.get(element), value);
  };
  const result = interleaved(present, wanted, presentByElement, merged);
  return result.length === live.length && result.every((item, index) => item === live[index]) ? live : result;
}

/** Walks both lists side by side, as upstream does; `shared` are the applier's items that are live, in the applier's order. */
function interleaved(
  present: readonly Item[],
  wanted: readonly Item[],
  presentByElement: ReadonlyMap<string, Json>,
  merged: (element: string) => Json,
): readonly Json[] {
  const wantedElements = new Set(wanted.map((item) => item.element));
  const shared = wanted.map((item) => item.element).filter((element) => presentByElement.has(element));
  const done = new Set<string>();
  const result: Json[] = [];
  let nextShared = 0;
  let l = 0;
  let r = 0;
  while (l < present.length || r < wanted.length) {
    const mine = present[l];
    const theirs = wanted[r];
    if (mine !== undefined && theirs !== undefined) {
      if (mine.element === theirs.element) {
        done.add(mine.element);
        result.push(merged(mine.element));
        l++;
        r++;
        nextShared++;
        continue;
      }
      if (wantedElements.has(mine.element) && shared[nextShared] !== undefined && shared[nextShared] !== mine.element) {
        l++;
        continue;
      }
    }
    if (mine !== undefined) {
      if (!wantedElements.has(mine.element)) {
        result.push(mine.value);
        l++;
        continue;
      }
      if (done.has(mine.element)) l++;
    }
    if (theirs !== undefined) {
      done.add(theirs.element);
      result.push(merged(theirs.element));
      r++;
      if (shared[nextShared] === theirs.element) nextShared++;
    }
  }
  return result;
}

function identified(node: KeyedListNode | SetNode, items: readonly Json[]): readonly Item[] {
  const result: Item[] = [];
  for (const value of items) {
    const known = itemElement(node, value);
    if ('element' in known) result.push({ element: known.element, value });
  }
  return result;
}
