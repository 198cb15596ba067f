import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { PatchError } from '#patch/patch-error.ts';
import { type Draft, get, goKind, put } from '#patch/tree.ts';

/** Applies a JSON merge patch (RFC 7386) to an object. Neither is changed; the result shares what the patch leaves alone.
 *  A patch that is not an object is a 400 (spec: api.md section 8.1). */
export function applyMergePatch(value: object, patch: Json): JsonObject {
  if (patch === null) throw new PatchError({ status: 400, message: 'Invalid JSON Patch' });
  if (!isObject(patch)) {
    throw new PatchError({
      status: 400,
      message: `error decoding patch: json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`,
    });
  }
  return merge(value as JsonObject, patch);
}

function merge(target: JsonObject, patch: JsonObject): JsonObject {
  const result: Draft = { ...target };
  for (const key of Object.keys(patch)) {
    const wanted = get(patch, key) as Json;
    if (wanted === null) {
      delete result[key];
    } else if (isObject(wanted)) {
      const present = get(target, key);
      put(result, key, merge(present !== undefined && isObject(present) ? present : {}, wanted));
    } else {
      put(result, key, wanted);
    }
  }
  return result;
}
