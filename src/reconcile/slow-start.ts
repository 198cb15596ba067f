/** Runs `step` for each item in batches of 1, 2, 4, 8 …, and stops after the first batch with a failure, so that a refusal
 *  that holds for all (a quota, a broken template) costs few requests. `skipped` items were never tried; `error` is the
 *  first failure. */
export async function slowStart<Item>(
  items: readonly Item[],
  step: (item: Item) => Promise<void>,
): Promise<{ readonly succeeded: number; readonly skipped: number; readonly error: unknown }> {
  let succeeded = 0;
  let next = 0;
  for (let size = 1; next < items.length; size *= 2) {
    const batch = items.slice(next, next + size);
    next += batch.length;
    const results = await Promise.allSettled(batch.map(step));
    const failed = results.filter((result) => result.status === 'rejected');
    succeeded += batch.length - failed.length;
    if (failed[0] !== undefined) return { succeeded, skipped: items.length - next, error: failed[0].reason };
  }
  return { succeeded, skipped: 0, error: undefined };
}
