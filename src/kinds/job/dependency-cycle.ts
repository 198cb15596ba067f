/** The shortest way from `start` along `edgesOf` back to it, with `start` at both ends; undefined if there is none. */
export function findCycle(
  start: string,
  edgesOf: (name: string) => readonly string[],
): readonly [string, ...string[]] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let at = 0; at < queue.length; at++) {
    const name = queue[at] as string;
    for (const next of edgesOf(name)) {
      if (next === start) return [start, ...wayTo(name, start, cameFrom), start];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, name);
      queue.push(next);
    }
  }
  return undefined;
}

/** The names after `start` up to and with `name`. */
function wayTo(name: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way: string[] = [];
  for (let step = name; step !== start; step = cameFrom.get(step) as string) way.push(step);
  return way.reverse();
}
