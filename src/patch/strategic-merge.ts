import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { PatchError } from '#patch/patch-error.ts';
import {
  badShape,
  deleteFromPrefix,
  orderPrefix,
  patchDirective,
  retainKeysDirective,
  unknownDirective,
} from '#patch/strategic-directives.ts';
import { inWantedOrder, itemOrder, keyOfItem, mergePrimitives, orderLeft } from '#patch/strategic-order.ts';
import { type Draft, get, goKind, goText, put } from '#patch/tree.ts';
import type { Field, ListMerge, ObjectType, Type } from '#schema/type.ts';

/** Applies a strategic merge patch to an object of `type`. Neither is changed; the result shares what the patch leaves alone.
 *  `null` changes nothing. Faults of the patch are 400, 422 or 500, as upstream answers them (spec: api.md section 8.3).
 *  A value of the wrong type is put in place where decoding will find it, except a map for a list, which is refused here. */
export function applyStrategicMergePatch(type: ObjectType, value: object, patch: Json): JsonObject {
  if (patch === null) return value as JsonObject;
  if (!isObject(patch)) {
    const message = `json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`;
    throw new PatchError({ status: 400, message });
  }
  return new StrategicMerge(patch).object(type, value as JsonObject, patch);
}

/** One application of `patch`, which error texts quote as a whole. */
class StrategicMerge {
  readonly #patch: JsonObject;

  constructor(patch: JsonObject) {
    this.#patch = patch;
  }

  object(type: Type | undefined, original: JsonObject, patch: JsonObject): JsonObject {
    const directive = get(patch, patchDirective);
    // Deleting leaves an empty object: whether that is there at all is for decoding to say, as upstream has it.
    if (directive === 'delete') return {};
    if (directive === 'replace') return this.#takenKeys(type, patch);
    if (directive !== undefined && directive !== 'merge') throw unknownDirective(directive, patch);

    const result = retained(original, patch);
    const lists = this.#listsWithDirectives(type, result, patch);
    for (const key of Object.keys(patch)) {
      if (isDirective(key) || lists.has(key)) continue;
      const wanted = get(patch, key) as Json;
      if (wanted === null) delete result[key];
      else this.#set(result, key, this.#value(typeOfKey(type, key), mergedInto(type, original, key), wanted));
    }
    for (const [key, list] of lists) if (list !== undefined) put(result, key, list);
    return result;
  }

  #set(result: Draft, key: string, value: Json | undefined): void {
    if (value === undefined) delete result[key];
    else put(result, key, value);
  }

  /** Lists that `$setElementOrder` or `$deleteFromPrimitiveList` speak of, merged; undefined for those that stay absent. */
  #listsWithDirectives(type: Type | undefined, original: JsonObject, patch: JsonObject): Map<string, Json | undefined> {
    const lists = new Map<string, Json | undefined>();
    for (const directive of Object.keys(patch)) {
      const key = listNamedBy(directive);
      if (key === undefined || lists.has(key)) continue;
      if (get(patch, key) === null) continue;
      const removed = get(patch, `${deleteFromPrefix}/${key}`);
      if (removed !== undefined && !Array.isArray(removed)) throw badShape('primitive list');
      const order = get(patch, `${orderPrefix}/${key}`);
      if (order !== undefined && !Array.isArray(order)) throw badShape('setElementOrder list');
      lists.set(key, this.#directedList(typeOfKey(type, key), get(original, key), get(patch, key), removed, order));
    }
    return lists;
  }

  #directedList(
    type: Type | undefined,
    original: Json | undefined,
    patch: Json | undefined,
    removed: readonly Json[] | undefined,
    order: readonly Json[] | undefined,
  ): Json | undefined {
    const before = listOrNothing(original);
    const wanted = listOrNothing(patch);
    const key = mergeOf(type)?.key;
    if (order !== undefined && wanted !== undefined) itemOrder(order, wanted, key);
    let merged = before;
    if (before === undefined) merged = wanted === undefined ? undefined : this.#takenItems(type, wanted);
    else if (wanted !== undefined) merged = this.#list(type, before, wanted);
    if (merged !== undefined && removed !== undefined && before !== undefined) {
      const gone = new Set(removed);
      // What the same patch adds stays: deletions speak of the stored list.
      for (const item of wanted ?? []) gone.delete(item);
      merged = merged.filter((item) => !gone.has(item));
    }
    if (merged === undefined || order === undefined) return merged;
    return inWantedOrder(merged, order, orderLeft(before ?? [], wanted ?? [], key), key);
  }

  #value(type: Type | undefined, original: Json | undefined, patch: Json): Json | undefined {
    if (isObject(patch)) {
      if (type?.is === 'list') throw this.#notAList();
      if (original !== undefined && isObject(original)) return this.object(type, original, patch);
      return this.#taken(type, patch);
    }
    if (!Array.isArray(patch)) return patch;
    return Array.isArray(original) ? this.#list(type, original, patch) : this.#takenItems(type, patch);
  }

  #list(type: Type | undefined, original: readonly Json[], patch: readonly Json[]): readonly Json[] {
    const merge = mergeOf(type);
    if (merge === undefined) return this.#takenItems(type, patch);
    const { key } = merge;
    if (key === undefined) return mergePrimitives(original, patch);
    const item = type?.is === 'list' ? type.item : undefined;
    const [kept, wanted] = this.#withoutSpecialItems(original, patch, key);
    const merged = [...kept];
    for (const [index, element] of wanted.entries()) {
      const name = keyOfItem(element, key);
      const at = merged.findIndex((candidate) => keyOfItem(candidate, key) === name);
      if (at < 0) merged.push(this.#takenKeys(item, element));
      else merged[at] = this.object(item, merged[at] as JsonObject, wanted[index] as JsonObject);
    }
    return inWantedOrder(merged, wanted, kept, key);
  }

  /** Carries out the list items that are directives: the stored items that remain, and the patch items to merge into them. */
  #withoutSpecialItems(
    original: readonly Json[],
    patch: readonly Json[],
    key: string,
  ): [kept: readonly Json[], wanted: readonly JsonObject[]] {
    let kept = original;
    let replaced = false;
    const wanted: JsonObject[] = [];
    for (const element of patch) {
      if (!isObject(element)) throw listOfOtherThings([original, patch]);
      const directive = get(element, patchDirective);
      if (directive === undefined || directive === 'merge') {
        keyOfItem(element, key);
        wanted.push(element);
      } else if (directive === 'delete') {
        const name = keyOfItem(element, key);
        kept = kept.filter((item) => keyOfItem(item, key) !== name);
      } else if (directive === 'replace') {
        replaced = true;
      } else {
        throw unknownDirective(directive, element);
      }
    }
    return [replaced ? [] : kept, wanted];
  }

  /** `patch` as it stands where nothing was before: without nulls and without directives. What is told how to be patched
   *  is left out itself, as upstream has it. */
  #taken(type: Type | undefined, patch: Json): Json | undefined {
    if (type?.is === 'raw') return patch;
    if (Array.isArray(patch)) return this.#takenItems(type, patch);
    if (patch === null || !isObject(patch)) return patch;
    if (type?.is === 'list') throw this.#notAList();
    const directive = get(patch, patchDirective);
    return directive === undefined || directive === 'merge' ? this.#takenKeys(type, patch) : undefined;
  }

  #takenItems(type: Type | undefined, patch: readonly Json[]): readonly Json[] {
    const item = type?.is === 'list' ? type.item : undefined;
    return patch.map((element) => this.#taken(item, element)).filter((element) => element !== undefined);
  }

  #takenKeys(type: Type | undefined, patch: JsonObject): JsonObject {
    const result: Draft = {};
    for (const key of Object.keys(patch)) {
      const value = get(patch, key) as Json;
      if (value === null || isDirective(key)) continue;
      this.#set(result, key, this.#taken(typeOfKey(type, key), value));
    }
    return result;
  }

  #notAList(): PatchError {
    return new PatchError({
      status: 422,
      message: 'cannot restore slice from map',
      invalid: { field: 'patch', value: goText(this.#patch) },
    });
  }
}

/** `original` without what `$retainKeys` does not name. Every key the patch sets must be named. */
function retained(original: JsonObject, patch: JsonObject): Draft {
  const names = get(patch, retainKeysDirective);
  if (names === undefined) return { ...original };
  if (!Array.isArray(names)) throw badShape('retainKeys');
  for (const key of Object.keys(patch)) {
    if (get(patch, key) === null || isDirective(key) || names.includes(key)) continue;
    throw badShape('retainKeys');
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => names.includes(key)));
}

function isDirective(key: string): boolean {
  return key === patchDirective || key === retainKeysDirective || listNamedBy(key) !== undefined;
}

/** The list that a directive such as `$setElementOrder/env` is about; undefined for other keys. */
function listNamedBy(key: string): string | undefined {
  if (!key.startsWith('$')) return undefined;
  for (const prefix of [orderPrefix, deleteFromPrefix]) {
    if (!key.startsWith(prefix)) continue;
    if (key[prefix.length] === '/') return key.slice(prefix.length + 1);
    throw badShape(prefix === orderPrefix ? 'setElementOrder list' : 'primitive list');
  }
  return undefined;
}

/** What the schema says of a key; keys such as "constructor" come from clients. */
function fieldOf(type: ObjectType, key: string): Field | undefined {
  return Object.hasOwn(type.fields, key) ? type.fields[key] : undefined;
}

function typeOfKey(type: Type | undefined, key: string): Type | undefined {
  if (type?.is === 'object') return fieldOf(type, key)?.type;
  return type?.is === 'map' ? type.value : undefined;
}

/** What a patched key is merged into: what is there, unless the field is replaced as a whole. */
function mergedInto(type: Type | undefined, original: JsonObject, key: string): Json | undefined {
  const isReplaced = type?.is === 'object' && fieldOf(type, key)?.options.replaced === true;
  return isReplaced ? undefined : get(original, key);
}

function mergeOf(type: Type | undefined): Extract<ListMerge['patch'], { as: 'merge' }> | undefined {
  return type?.is === 'list' && type.merge.patch.as === 'merge' ? type.merge.patch : undefined;
}

function listOrNothing(value: Json | undefined): readonly Json[] | undefined {
  if (value === undefined || Array.isArray(value)) return value;
  const got = isObject(value) ? 'map[string]interface {}' : goKind(value);
  throw new PatchError({ status: 500, message: `expected a []interface {}, but received a ${got}` });
}

function listOfOtherThings(lists: readonly (readonly Json[])[]): PatchError {
  return new PatchError({ status: 500, message: `list element types are not identical: ${goText(lists)}` });
}
