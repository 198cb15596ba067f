import type { JsonObject } from '#base/json.ts';
import { decode } from '#schema/decode.ts';
import type { ObjectType } from '#schema/type.ts';

const zeros = new WeakMap<ObjectType, JsonObject>();

/** What an object of `type` holds before anyone has set a thing: the fields that are written even when empty. A create is
 *  tracked as the change from this, so that nobody owns structures that are always there (spec: api.md section 9.2). */
export function zeroOf(type: ObjectType): JsonObject {
  const known = zeros.get(type);
  if (known !== undefined) return known;
  const zero = decode(type, {}, { defaults: false }).value as unknown as JsonObject;
  zeros.set(type, zero);
  return zero;
}
