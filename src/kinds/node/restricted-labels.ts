type Labels = { readonly [key: string]: string } | undefined;

/** The labels under Kubernetes' own names that describe a machine: a node says them of itself. */
const ownLabels = new Set([
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
]);
const ownNamespaces = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const reserved = ['kubernetes.io', 'k8s.io'];
const restriction = 'node-restriction.kubernetes.io';

/** The labels, sorted, that differ between two versions of a Node and that a node may not give or take itself: with them it
 *  could draw pods to itself that are meant for other machines (spec: api.md section 18). */
export function restrictedLabels(labels: Labels = {}, old: Labels = {}): readonly string[] {
  const keys = new Set([...Object.keys(labels), ...Object.keys(old)]);
  return [...keys].filter((key) => labels[key] !== old[key] && isRestricted(key)).toSorted();
}

function isRestricted(key: string): boolean {
  const slash = key.indexOf('/');
  const namespace = slash < 0 ? '' : key.slice(0, slash);
  if (isWithin(namespace, restriction)) return true;
  if (!reserved.some((domain) => isWithin(namespace, domain))) return false;
  return !ownLabels.has(key) && !ownNamespaces.some((domain) => isWithin(namespace, domain));
}

function isWithin(namespace: string, domain: string): boolean {
  return namespace === domain || namespace.endsWith(`.${domain}`);
}
