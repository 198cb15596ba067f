import { isObject, type Json } from '#base/json.ts';
import { PatchError } from '#patch/patch-error.ts';
import { noMergeKey, orderPrefix, patchDirective } from '#patch/strategic-directives.ts';
import { get, goText } from '#patch/tree.ts';

/** What tells an item of a merged list from the others: its merge key, or itself in a list of scalars (no `key`). */
export function keyOfItem(item: Json, key: string | undefined): Json {
  if (key === undefined) return item;
  if (!isObject(item)) throw new PatchError({ status: 500, message: `value for key ${key} is not a map` });
  const value = get(item, key);
  if (value === undefined) throw noMergeKey(item, key);
  return value;
}

/** The union of two lists of unlike scalars, in the order of `inWantedOrder`. */
export function mergePrimitives(original: readonly Json[], patch: readonly Json[]): readonly Json[] {
  return inWantedOrder([...new Set([...original, ...patch])], patch, original, undefined);
}

/** Sorts a merged list. The items of `wanted` come in its order; the others, in the order they had in `before`, each stand
 *  ahead of the first wanted item that used to come after them. */
export function inWantedOrder(
  merged: readonly Json[],
  wanted: readonly Json[],
  before: readonly Json[],
  key: string | undefined,
): readonly Json[] {
  const wantedPlaces = places(wanted, key);
  const oldPlaces = places(before, key);
  const placed = merged.map((item) => {
    const name = keyOfItem(item, key);
    return { item, wanted: wantedPlaces.get(name), old: oldPlaces.get(name) };
  });
  const named = placed.filter((entry) => entry.wanted !== undefined).sort((a, b) => (a.wanted ?? 0) - (b.wanted ?? 0));
  const others = placed.filter((entry) => entry.wanted === undefined).sort((a, b) => (a.old ?? 0) - (b.old ?? 0));
  const result: Json[] = [];
  let next = 0;
  for (const other of others) {
    while (next < named.length && !precedes(other.old, named[next]?.old)) result.push(named[next++]?.item as Json);
    result.push(other.item);
  }
  for (const entry of named.slice(next)) result.push(entry.item);
  return result;
}

/** The order that `$setElementOrder` finds a list in once `patch` was merged into it. Upstream deletes items from the very list that it
 *  looks up places in afterwards, and what the patch adds takes their room: it then counts as if it had always stood there. */
export function orderLeft(before: readonly Json[], patch: readonly Json[], key: string | undefined): readonly Json[] {
  if (key === undefined || !patch.some(isDeletion)) return before;
  const gone = new Set(patch.filter(isDeletion).map((item) => keyOfItem(item, key)));
  const kept = before.filter((item) => !gone.has(keyOfItem(item, key)));
  const present = new Set(kept.map((item) => keyOfItem(item, key)));
  const added = patch.filter((item) => !isDeletion(item) && !present.has(keyOfItem(item, key)));
  return [...kept, ...added.slice(0, before.length - kept.length)];
}

function isDeletion(item: Json): boolean {
  return isObject(item) && get(item, patchDirective) === 'delete';
}

function precedes(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a < b;
}

function places(items: readonly Json[], key: string | undefined): ReadonlyMap<Json, number> {
  const result = new Map<Json, number>();
  for (const [index, item] of items.entries()) {
    const name = keyOfItem(item, key);
    if (!result.has(name)) result.set(name, index);
  }
  return result;
}

/** Holds `$setElementOrder` against the list it orders: the items that the patch sets must come in it, in the same sequence. */
export function itemOrder(order: readonly Json[], patch: readonly Json[], key: string | undefined): void {
  if (order.length === 0 || patch.length === 0) return;
  const set =
    key === undefined ? patch : patch.filter((item) => !isObject(item) || get(item, patchDirective) === undefined);
  let next = 0;
  for (const place of order) {
    if (next === set.length) break;
    if (keyOfItem(place, key) === keyOfItem(set[next] as Json, key)) next++;
  }
  if (next === set.length) return;
  const message = `The order in patch list:\n${goText(patch)}\n doesn't match ${orderPrefix} list:\n${goText(order)}\n`;
  throw new PatchError({ status: 500, message });
}
