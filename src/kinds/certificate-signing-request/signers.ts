import type { CertificateRequest } from './pkcs10.ts';

/** The signers that every cluster has (spec: API field `spec.signerName`). */
export const signerNames = {
  client: 'kubernetes.io/kube-apiserver-client',
  nodeClient: 'kubernetes.io/kube-apiserver-client-kubelet',
  nodeServing: 'kubernetes.io/kubelet-serving',
  /** Kept by upstream for requests of an older API; no new ones are taken. */
  legacy: 'kubernetes.io/legacy-unknown',
} as const;

const nodesGroup = 'system:nodes';
const nodePrefix = 'system:node:';

/** What is wrong with a request for the certificate by which anybody asks the API; undefined when nothing is. */
export function clientProblem(usages: readonly string[]): string | undefined {
  const allowed = ['digital signature', 'key encipherment', 'client auth'];
  const wrong = usages.find((usage) => !allowed.includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

/** The same for that of a node. */
export function nodeClientProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  const { dns, emails, ips, uris } = request.names;
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (dns > 0) return 'DNS subjectAltNames are not allowed';
  if (emails > 0) return 'Email subjectAltNames are not allowed';
  if (ips > 0) return 'IP subjectAltNames are not allowed';
  if (uris > 0) return 'URI subjectAltNames are not allowed';
  if (!request.commonName.startsWith(nodePrefix)) return 'subject common name does not begin with system:node:';
  return usageProblem(usages, 'client auth');
}

/** The same for the one by which a node is asked. */
export function nodeServingProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  const { dns, emails, ips, uris } = request.names;
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (dns === 0 && ips === 0) return 'DNS or IP subjectAltName is required';
  if (emails > 0) return 'Email subjectAltNames are not allowed';
  if (uris > 0) return 'URI subjectAltNames are not allowed';
  const problem = usageProblem(usages, 'server auth');
  if (problem !== undefined) return problem;
  return request.commonName.startsWith(nodePrefix) ? undefined : 'subject common name does not begin with system:node:';
}

function isOfNodes({ organizations }: CertificateRequest): boolean {
  return organizations.length === 1 && organizations[0] === nodesGroup;
}

/** Exactly these; encipherment of keys only makes sense with RSA, and may be left out. */
function usageProblem(usages: readonly string[], purpose: string): string | undefined {
  const asked = new Set(usages);
  const wanted = ['digital signature', 'key encipherment', purpose].toSorted();
  const isGood =
    [...asked].every((usage) => wanted.includes(usage)) && asked.has('digital signature') && asked.has(purpose);
  return isGood ? undefined : `usages did not match [${wanted.join(' ')}]`;
}
