import type { Json } from '#base/json.ts';
import type { CelValue } from '#kinds/cel/values.ts';

/** What the schema of a list or map says of it beyond its type. */
export interface Origin {
  /** The items of a list have no order. */
  readonly isSet?: boolean;
  /** Items of a list are told apart by these fields. */
  readonly keys?: readonly string[];
  /** What the sum of no items is. */
  readonly zero?: CelValue;
  /** Fields that rules cannot see, but in which objects differ. */
  readonly hidden?: ReadonlyMap<string, Json>;
}

const origins = new WeakMap<object, Origin>();
const none: Origin = {};

export function originOf(value: object): Origin {
  return origins.get(value) ?? none;
}

/** `value`, marked with where it comes from. */
export function withOrigin<Value extends object>(value: Value, origin: Origin): Value {
  origins.set(value, origin);
  return value;
}
