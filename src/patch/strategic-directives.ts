import type { Json, JsonObject } from '#base/json.ts';
import { PatchError } from '#patch/patch-error.ts';
import { goText } from '#patch/tree.ts';

/** The keys with a meaning of their own in a strategic merge patch. */
export const patchDirective = '$patch';
export const retainKeysDirective = '$retainKeys';
export const orderPrefix = '$setElementOrder';
export const deleteFromPrefix = '$deleteFromPrimitiveList';

/** For a directive that is no list where one must be. */
export function badShape(of: 'retainKeys' | 'primitive list' | 'setElementOrder list'): PatchError {
  return new PatchError({ status: 400, message: `invalid patch format of ${of}` });
}

/** For a `$patch` that is neither merge, replace nor delete. */
export function unknownDirective(directive: Json, patch: JsonObject): PatchError {
  return new PatchError({
    status: 500,
    message: `unknown patch type: ${goText(directive)} in map: ${goText(patch)}`,
  });
}

/** For an item that cannot be told from its neighbours. */
export function noMergeKey(item: Json, key: string): PatchError {
  return new PatchError({
    status: 500,
    message: `map: ${goText(item)} does not contain declared merge key: ${key}`,
  });
}
