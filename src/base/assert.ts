/** Thrown when the program finds one of its own assumptions broken; never for bad input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Stops with an `AssertionError` unless `condition` holds. `message` states the rule, as in "wanted pods is never negative". */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(`broken assumption: ${message}`);
}

/** Closes a switch over a union: a case left out is a compile error, and a value from outside the union stops the program. */
export function assertNever(value: never): never {
  throw new AssertionError(`broken assumption: unexpected value ${JSON.stringify(value)}`);
}

/** `value`, which the caller knows to be there. Stops with an `AssertionError` naming `what` if it is not. */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new AssertionError(`broken assumption: ${what} is missing`);
  return value;
}
