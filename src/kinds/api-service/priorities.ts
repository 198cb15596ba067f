/** The ranks of a group and of one of its versions, as `groupPriorityMinimum` and `versionPriority` have them. */
export interface Priority {
  readonly group: number;
  readonly version: number;
}

const ordinary = 15;

/** The ranks of the groups of the API itself (upstream's table of the groups that its server answers for). */
const groups: { readonly [group: string]: number } = {
  '': 18_000,
  apps: 17_800,
  'events.k8s.io': 17_750,
  'authentication.k8s.io': 17_700,
  'authorization.k8s.io': 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  'certificates.k8s.io': 17_300,
  'networking.k8s.io': 17_200,
  policy: 17_100,
  'rbac.authorization.k8s.io': 17_000,
  'storage.k8s.io': 16_800,
  'admissionregistration.k8s.io': 16_700,
  'apiextensions.k8s.io': 16_700,
  'scheduling.k8s.io': 16_600,
  'coordination.k8s.io': 16_500,
  'node.k8s.io': 16_300,
  'discovery.k8s.io': 16_200,
  'flowcontrol.apiserver.k8s.io': 16_100,
};

const versions: { readonly [groupVersion: string]: number } = {
  '/v1': 1,
  'autoscaling/v2': 30,
  'flowcontrol.apiserver.k8s.io/v1': 21,
};

/** Of groups that users define. */
export const customPriority: Priority = { group: 1_000, version: 100 };

/** The group of APIServices goes before all and has none itself. */
export const registrationGroup = 'apiregistration.k8s.io';
const registrationPriority = 20_000;

/** The ranks of a built-in version; undefined if the server does not say of it that it answers for it. */
export function builtInPriority(group: string, version: string): Priority | undefined {
  const rank = groups[group];
  if (rank === undefined) return undefined;
  return { group: rank, version: versions[`${group}/${version}`] ?? ordinary };
}

/** How early a group is offered: the higher, the earlier. */
export function groupPriority(group: string): number {
  return group === registrationGroup ? registrationPriority : (groups[group] ?? customPriority.group);
}
