import { goQuote } from '#kinds/meta/quote.ts';
import type { Volume, VolumeProjection } from '#kinds/pod/schema/volumes.ts';

type Warnings = readonly string[];

/** A file that a volume will hold, and for a volume of several sources which of them it comes from. */
interface SourcedPath {
  readonly path: string;
  readonly source?: string;
}

interface WithPath {
  readonly path: string;
}

/** Files of one volume of which one would lie where another is, or inside it. */
export function overlappingPathWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): Warnings {
  const said = (what: string, overlaps: Warnings): Warnings =>
    overlaps.map((overlap) => `volume ${goQuote(name)} (${what}): overlapping paths: ${overlap}`);
  const plainPaths = (items: readonly WithPath[] | undefined) => overlapsIn(pathsOf(items));
  return [
    ...said(`ConfigMap ${goQuote(configMap?.name ?? '')}`, plainPaths(configMap?.items)),
    ...said(`Secret ${goQuote(secret?.secretName ?? '')}`, plainPaths(secret?.items)),
    ...said('DownwardAPI', plainPaths(downwardAPI?.items)),
    ...(projected?.sources ?? []).flatMap((source) =>
      Object.keys(source).length === 0 ? [`volume ${goQuote(name)} (Projected) has no sources provided`] : [],
    ),
    ...said('Projected', overlapsIn((projected?.sources ?? []).flatMap(projectedPaths))),
  ];
}

function projectedPaths(projection: VolumeProjection): readonly SourcedPath[] {
  const { configMap, secret, downwardAPI, serviceAccountToken } = projection;
  if (configMap?.items !== undefined) return pathsOf(configMap.items, `ConfigMap ${goQuote(configMap.name ?? '')}`);
  if (secret?.items !== undefined) return pathsOf(secret.items, `Secret ${goQuote(secret.name ?? '')}`);
  if (downwardAPI?.items !== undefined) return pathsOf(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken === undefined ? [] : pathsOf([serviceAccountToken], 'ServiceAccountToken');
}

function pathsOf(items: readonly WithPath[] | undefined, source?: string): readonly SourcedPath[] {
  return (items ?? []).map(({ path }) => (source === undefined ? { path } : { path, source }));
}

/** More than the headers of an answer hold, and more pairs than honest volumes have: a request can bring billions of both. */
const overlapsMax = 1_000;
const pairsMax = 1_000_000;

/** Each path with each earlier one that it would collide with. */
function overlapsIn(paths: readonly SourcedPath[]): Warnings {
  const all = paths.map((one) => ({ ...one, path: one.path.replace(/\/+$/, '') })).filter(({ path }) => path !== '');
  const found: string[] = [];
  let pairs = 0;
  for (const [index, one] of all.entries()) {
    for (let at = 0; at < index; at++) {
      if (++pairs > pairsMax || found.length >= overlapsMax) return found;
      const other = all[at] as SourcedPath;
      const [a, b] = [`${one.path}/`, `${other.path}/`];
      if (a.startsWith(b) || b.startsWith(a)) found.push(`${shown(one)} with ${shown(other)}`);
    }
  }
  return found;
}

function shown({ path, source }: SourcedPath): string {
  return source === undefined ? goQuote(path) : `${goQuote(path)} (${source})`;
}
