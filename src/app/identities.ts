import type { User } from '#api/api.ts';

/** The administrator of this machine's cluster. */
export const administrator: User = { name: 'system:admin', groups: ['system:masters', 'system:authenticated'] };

/** The API server itself, where it writes objects of its own. */
export const apiServer: User = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

/** In whose name the caches that all controllers share are filled. */
export const controllerManager: User = { name: 'system:kube-controller-manager', groups: ['system:authenticated'] };

export const scheduler: User = { name: 'system:kube-scheduler', groups: ['system:authenticated'] };

/** How the parts of a cluster introduce themselves: the field managers of what they write. */
export const programs = {
  apiServer: 'kube-apiserver',
  controllers: 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  node: 'kubelet',
} as const;

/** A controller of this name: each may do what its own work needs, and no more (spec: api.md section 17.4). */
export function controllerUser(account: string): User {
  const namespace = 'kube-system';
  return {
    name: `system:serviceaccount:${namespace}:${account}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}
