import type { PolicyRule } from '#kinds/rbac/schema.ts';

export const read = ['get', 'list', 'watch'];
export const write = ['create', 'delete', 'deletecollection', 'patch', 'update'];
export const readWrite = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** A rule: these verbs on these resources of a group, or of several groups. */
export function on(
  groups: string | readonly string[],
  resources: readonly string[],
  verbs: readonly string[],
): PolicyRule {
  return { verbs, apiGroups: typeof groups === 'string' ? [groups] : groups, resources };
}

/** A rule: reading these paths. */
export function paths(...nonResourceURLs: readonly string[]): PolicyRule {
  return { verbs: ['get'], nonResourceURLs };
}

/** Whatever reports what it does needs this. */
export const recordEvents = on(['', 'events.k8s.io'], ['events'], ['create', 'patch', 'update']);

/** The locks by which one of several instances of a program leads the others. */
export function lead(name: string): readonly PolicyRule[] {
  const group = 'coordination.k8s.io';
  return [on(group, ['leases'], ['create']), { ...on(group, ['leases'], ['get', 'update']), resourceNames: [name] }];
}
