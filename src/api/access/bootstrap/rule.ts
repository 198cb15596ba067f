import type { PolicyRule } from '#kinds/rbac/schema.ts';

export const read = ['get', 'list', 'watch'];
export const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];
export const readWrite = [...read, ...write];
export const listWatch = ['list', 'watch'];
export const patchUpdate = ['patch', 'update'];

/** A rule: these verbs on these resources of a group, or of several groups; all in the order of their letters. */
export function on(
  groups: string | readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
): PolicyRule {
  const apiGroups = typeof groups === 'string' ? [groups] : groups.toSorted();
  return { verbs: verbs.toSorted(), apiGroups, resources: resources.toSorted() };
}

/** A rule: reading these paths. */
export function paths(...nonResourceURLs: readonly string[]): PolicyRule {
  return { verbs: ['get'], nonResourceURLs };
}

/** Events are of two groups. */
export const eventGroups = ['', 'events.k8s.io'];

/** Whatever reports what it does needs this. */
export const recordEvents = on(eventGroups, ['events'], ['create', 'patch', 'update']);

/** What runs pods needs this. */
export const runsPods = on('', ['pods'], ['create', 'delete', 'list', 'patch', 'watch']);

/** Some rules of a role of a workload controller: the objects, their status, what they own. */
export function keeps(
  groups: string | readonly string[],
  resource: string,
  verbs: readonly string[],
): readonly PolicyRule[] {
  return [
    on(groups, [resource], verbs),
    on(groups, [`${resource}/status`], ['update']),
    on(groups, [`${resource}/finalizers`], ['update']),
  ];
}

/** The locks by which one of several instances of a program leads the others. */
export function lead(name: string, verbs: readonly string[] = ['get', 'update']): readonly PolicyRule[] {
  const group = 'coordination.k8s.io';
  return [on(group, ['leases'], ['create']), { ...on(group, ['leases'], verbs), resourceNames: [name] }];
}
