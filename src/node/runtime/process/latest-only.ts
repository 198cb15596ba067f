/** Runs `run` for what it is given, one at a time; of what is given meanwhile only the latest is of interest. `run` must not
 *  reject. */
export function latestOnly<T>(run: (value: T) => Promise<void>): (value: T) => void {
  let busy = false;
  let next: { readonly value: T } | undefined;
  const begin = async (first: T): Promise<void> => {
    busy = true;
    await run(first);
    while (next !== undefined) {
      const { value } = next;
      next = undefined;
      await run(value);
    }
    busy = false;
  };
  return (value) => {
    if (busy) next = { value };
    else void begin(value);
  };
}
