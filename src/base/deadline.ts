import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';

/** What `call` gives. Its signal aborts when that takes longer than `span`: a machine that is gone refuses nothing, it is silent. */
export async function withDeadline<T>(
  clock: Clock,
  span: Millis,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = clock.after(span, () => late.abort(new Error(`No answer within ${span} ms`)));
  try {
    return await call(late.signal);
  } finally {
    timer.cancel();
  }
}
