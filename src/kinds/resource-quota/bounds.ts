import type { ResourceName } from '#kinds/meta/errors.ts';
import { bareNames, countName } from '#kinds/resource-quota/usage.ts';

const podResources = new Set([
  'count/pods',
  'cpu',
  'ephemeral-storage',
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'memory',
  'pods',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]);
const serviceResources = ['services', 'services.nodeports', 'services.loadbalancers'];
const claimResources = ['persistentvolumeclaims', 'requests.storage'];

/** Those of a quota's resources that objects of a kind can take, sorted (spec: api.md section 18.2). */
export function boundsFor(resource: ResourceName, names: readonly string[]): readonly string[] {
  return names.filter((name) => name === countName(resource) || bounds(resource, name)).toSorted();
}

function bounds({ group, plural }: ResourceName, name: string): boolean {
  if (group !== '') return false;
  switch (plural) {
    case 'pods':
      return podResources.has(name) || /^(requests\.)?hugepages-/.test(name) || isExtended(name);
    case 'services':
      return serviceResources.includes(name);
    case 'persistentvolumeclaims':
      return claimResources.some((one) => name === one || name.endsWith(`.storageclass.storage.k8s.io/${one}`));
    default:
      return bareNames.has(plural) && name === plural;
  }
}

/** What others than Kubernetes make known of nodes is bounded as it is requested. */
function isExtended(name: string): boolean {
  if (name.startsWith('requests.deviceclass.resource.kubernetes.io/')) return true;
  return name.startsWith('requests.') && name.includes('/') && !name.includes('kubernetes.io/');
}
