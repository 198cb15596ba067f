import type { Mount } from '#node/runtime/runtime.ts';

/** Where a container's path leads on the machine: into the mount that holds it, if one does. */
export function placeOf(path: string, mounts: readonly Mount[]): string {
  const holders = mounts.filter(({ target }) => path === target || path.startsWith(`${target}/`));
  const [deepest] = holders.toSorted((a, b) => b.target.length - a.target.length);
  return deepest === undefined ? path : `${deepest.source}${path.slice(deepest.target.length)}`;
}
