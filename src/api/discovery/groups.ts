import type { RemoteVersion } from '#api/remote-versions.ts';
import { groupPriority } from '#kinds/api-service/priorities.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { compareVersions } from '#kinds/meta/versions.ts';

/** One group and version with the resources it serves, by plural name. */
export interface ServedVersion {
  readonly group: string;
  readonly version: string;
  /** "v1" or "batch/v1". */
  readonly groupVersion: string;
  readonly resources: readonly ResourceDefinition[];
  /** Another server is to answer, and nothing more is known of it. */
  readonly isRemote?: true;
}

export interface ServedGroup {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly ServedVersion[];
}

/** The groups that `resources` and what others answer make up, in the order clients are to prefer them: it decides what a bare name
 *  means when two groups have it (spec: api.md section 3.2). Groups of one rank follow by name. */
export function servedGroups(
  resources: readonly ResourceDefinition[],
  remote: readonly RemoteVersion[] = [],
): readonly ServedGroup[] {
  const byGroup = Map.groupBy(resources, (resource) => resource.group);
  const elsewhere = Map.groupBy(remote, ({ group }) => group);
  return [...new Set([...byGroup.keys(), ...elsewhere.keys()])]
    .map((name) => ({ name, own: byGroup.get(name) ?? [], others: elsewhere.get(name) ?? [] }))
    .map(({ name, own, others }) => ({
      rank: own.length > 0 ? ownRank(name) : Math.max(...others.map((one) => one.groupPriority)),
      group: { name, versions: [...servedVersions(own), ...remoteVersions(others)] },
    }))
    .toSorted((a, b) => b.rank - a.rank || (a.group.name < b.group.name ? -1 : 1))
    .map(({ group }) => group);
}

/** The core group is a root of its own. */
function ownRank(name: string): number {
  return name === '' ? Infinity : groupPriority(name);
}

function remoteVersions(others: readonly RemoteVersion[]): readonly ServedVersion[] {
  return others
    .toSorted((a, b) => b.versionPriority - a.versionPriority || compareVersions(a.version, b.version))
    .map(({ group, version }) => {
      return { group, version, groupVersion: apiVersionOf({ group, version }), resources: [], isRemote: true };
    });
}

function servedVersions(resources: readonly ResourceDefinition[]): readonly ServedVersion[] {
  return [...Map.groupBy(resources, (resource) => resource.version)]
    .map(([version, members]) => {
      const group = members[0]?.group ?? '';
      const sorted = members.toSorted((a, b) => (a.plural < b.plural ? -1 : 1));
      return { group, version, groupVersion: apiVersionOf({ group, version }), resources: sorted };
    })
    .toSorted((a, b) => compareVersions(a.version, b.version));
}
