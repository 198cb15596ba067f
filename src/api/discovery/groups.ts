import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { compareVersions } from '#kinds/meta/versions.ts';

/** One group and version with the resources it serves, by plural name. */
export interface ServedVersion {
  readonly group: string;
  readonly version: string;
  /** "v1" or "batch/v1". */
  readonly groupVersion: string;
  readonly resources: readonly ResourceDefinition[];
}

export interface ServedGroup {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly ServedVersion[];
}

/** In which order groups are offered: it decides what a bare name means when two groups have it (spec: api.md
 *  section 3.2). Groups not listed follow by name. */
const groupOrder = [
  '',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

function rank(group: string): number {
  const at = groupOrder.indexOf(group);
  return at < 0 ? groupOrder.length : at;
}

/** The groups that `resources` make up, in the order clients are to prefer them. */
export function servedGroups(resources: readonly ResourceDefinition[]): readonly ServedGroup[] {
  const byGroup = Map.groupBy(resources, (resource) => resource.group);
  return [...byGroup]
    .map(([name, members]) => ({ name, versions: servedVersions(members) }))
    .toSorted((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
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
