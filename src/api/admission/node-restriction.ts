import { jsonEqual } from '#base/json.ts';
import type { TokenRequest } from '#kinds/authentication/schema.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { signerNames } from '#kinds/certificate-signing-request/signers.ts';
import { qualifiedResource } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { restrictedLabels } from '#kinds/node/restricted-labels.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Draft } from '#schema/type.ts';
import { nodeNameOf } from '../access/node-identity.ts';
import type { ObjectStore } from '../object-store.ts';
import { parsedRequest } from './certificates.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';
import { findPod, type NodeRestrictionParts, requireMirrorPod, requireOwnToken } from './node-pods.ts';
import { refuse } from './refusal.ts';

const nodeSigners = new Set<string>([signerNames.nodeClient, signerNames.nodeServing]);
const leaseNamespace = 'kube-node-lease';
const requests = 'certificatesigningrequests.certificates.k8s.io';
const storageNodes = 'csinodes.storage.k8s.io';
const restricted = new Set([
  'pods',
  'nodes',
  'persistentvolumeclaims',
  'serviceaccounts',
  'leases.coordination.k8s.io',
  storageNodes,
  requests,
]);

/** Keeps a node that is allowed to write at all to what is its own: its Node, its Lease, the pods bound to it
 *  (spec: api.md section 18). Others are not concerned. */
export function nodeRestriction(parts: NodeRestrictionParts): AdmissionPlugin {
  const judge = (object: Draft<KubeObject>, request: AdmissionRequest): Promise<void> | undefined => {
    const node = nodeNameOf(request.context.user);
    return node === undefined ? undefined : restrict(parts, node, object, request);
  };
  return {
    name: 'NodeRestriction',
    handles: (resource, _subresource, operation) =>
      operation !== 'CONNECT' && restricted.has(qualifiedResource(resource)),
    admit: judge,
    // All else has been judged before it was completed; a delete has nothing to complete.
    validate: (object, request) =>
      request.operation === 'DELETE' ? judge(object as Draft<KubeObject>, request) : undefined,
  };
}

async function restrict(
  parts: NodeRestrictionParts,
  node: string,
  object: Draft<KubeObject>,
  request: AdmissionRequest,
): Promise<void> {
  if (node === '') refuse(request, `could not determine node from user ${quoted(request.context.user.name)}`);
  switch (qualifiedResource(request.resource)) {
    case 'pods':
      return restrictPod(parts.objects, node, object as unknown as Draft<Pod>, request);
    case 'nodes':
      return restrictNode(node, object as unknown as Draft<Node>, request);
    case 'persistentvolumeclaims':
      return restrictClaim(node, object as unknown as Draft<PersistentVolumeClaim>, request);
    case 'serviceaccounts':
      if (request.operation !== 'CREATE' || request.subresource !== 'token') return;
      return requireOwnToken(parts, node, object as unknown as TokenRequest, request);
    case requests:
      return requireOwnSubject(node, object as unknown as Draft<CertificateSigningRequest>, request);
    case storageNodes:
      return requireOwnName(node, object, request, 'CSINode');
    default:
      return restrictLease(node, object, request);
  }
}

/** A node asks for certificates in its own name only. */
function requireOwnSubject(node: string, { spec }: Draft<CertificateSigningRequest>, request: AdmissionRequest): void {
  if (request.operation !== 'CREATE' || !nodeSigners.has(spec.signerName)) return;
  const asked = parsedRequest(spec.request, (why) => refuse(request, `unable to parse csr: ${why}`));
  if (asked.commonName === `system:node:${node}`) return;
  refuse(request, `can only create a node CSR with CN=system:node:${node}`);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function restrictPod(objects: ObjectStore, node: string, pod: Draft<Pod>, request: AdmissionRequest): void {
  const { subresource, operation } = request;
  switch (subresource) {
    case undefined:
      if (operation === 'CREATE') requireMirrorPod(objects, node, pod, request);
      else if (operation === 'DELETE') requireOwn(request, `node ${quoted(node)} can only delete pods`, node);
      else
        refuse(request, `unexpected operation "UPDATE", node ${quoted(node)} can only create and delete mirror pods`);
      break;
    case 'status':
      requireOwn(request, `node ${quoted(node)} can only update pod status for pods`, node);
      requireSameStatusFacts(node, pod, request);
      break;
    case 'eviction': {
      const old = findPod(objects, request.namespace, request.name);
      requireOwn({ ...request, old }, `node ${node} can only evict pods`, node);
      break;
    }
    default:
      refuse(request, `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`);
  }
}

function requireOwn(request: AdmissionRequest, what: string, node: string): void {
  if ((request.old as Pod | undefined)?.spec.nodeName === node) return;
  refuse(request, `${what} with spec.nodeName set to itself`);
}

/** A status says how the pod fares; what the pod is stays with others. */
function requireSameStatusFacts(node: string, pod: Draft<Pod>, request: AdmissionRequest): void {
  const old = request.old as Pod;
  if (!jsonEqual(pod.metadata.labels ?? {}, old.metadata.labels ?? {})) {
    refuse(request, `node ${quoted(node)} cannot update labels through pod status`);
  }
  if (!jsonEqual(pod.status.resourceClaimStatuses ?? [], old.status.resourceClaimStatuses ?? [])) {
    refuse(request, `node ${quoted(node)} cannot update resource claim statues`);
  }
  if (!jsonEqual(pod.status.extendedResourceClaimStatus, old.status.extendedResourceClaimStatus)) {
    refuse(request, `node ${quoted(node)} cannot update extended resource claim status`);
  }
}

function restrictNode(name: string, node: Draft<Node>, request: AdmissionRequest): void {
  const { operation, subresource } = request;
  const asked = operation === 'CREATE' && subresource === undefined ? (node.metadata.name ?? '') : request.name;
  const who = `node ${quoted(name)}`;
  if (asked !== name) refuse(request, `${who} is not allowed to modify node ${quoted(asked)}`);
  if (operation === 'CREATE' && subresource === undefined) refuseBadNode(who, node, request);
  if (operation === 'UPDATE') refuseBadChange(who, node, request.old as Node, request);
}

function refuseBadNode(who: string, { spec, metadata }: Draft<Node>, request: AdmissionRequest): void {
  if (spec.configSource !== undefined) {
    refuse(request, `${who} is not allowed to create pods with a non-nil configSource`);
  }
  const labels = restrictedLabels(metadata.labels, undefined);
  if (labels.length > 0) refuse(request, `${who} is not allowed to set the following labels: ${labels.join(', ')}`);
}

/** With another taint or label a node could draw to itself what is not meant for it; with an owner it could have itself
 *  deleted. */
function refuseBadChange(who: string, node: Draft<Node>, old: Node, request: AdmissionRequest): void {
  const { configSource } = node.spec;
  if (configSource !== undefined && !jsonEqual(configSource, old.spec.configSource)) {
    refuse(request, `${who} is not allowed to update configSource to a new non-nil configSource`);
  }
  if (!jsonEqual(node.spec.taints ?? [], old.spec.taints ?? [])) {
    refuse(request, `${who} is not allowed to modify taints`);
  }
  if (!jsonEqual(node.metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? [])) {
    refuse(request, `${who} is not allowed to modify ownerReferences`);
  }
  const labels = restrictedLabels(node.metadata.labels, old.metadata.labels);
  if (labels.length > 0) refuse(request, `is not allowed to modify labels: ${labels.join(', ')}`);
}

/** A node says how large a claim's volume has become, and nothing else of it. */
function restrictClaim(node: string, claim: Draft<PersistentVolumeClaim>, request: AdmissionRequest): void {
  if (request.subresource !== 'status') refuse(request, 'may only update PVC status');
  const rest = ({ metadata, status = {}, ...others }: PersistentVolumeClaim) => {
    const { resourceVersion: _revision, managedFields: _managed, ...kept } = metadata;
    const { capacity: _size, conditions, allocatedResources, allocatedResourceStatuses, ...facts } = status;
    return { ...others, metadata: kept, status: facts };
  };
  const [now, before] = [rest(claim as PersistentVolumeClaim), rest(request.old as PersistentVolumeClaim)];
  if (jsonEqual(now, before)) return;
  const who = `node ${quoted(node)} is not allowed`;
  refuse(request, `${who} to update fields other than status.quantity and status.conditions: ${JSON.stringify(now)}`);
}

function restrictLease(node: string, lease: Draft<KubeObject>, request: AdmissionRequest): void {
  if (request.namespace !== leaseNamespace) {
    refuse(request, `can only access leases in the ${quoted(leaseNamespace)} system namespace`);
  }
  requireOwnName(node, lease, request, 'node lease');
}

function requireOwnName(node: string, object: Draft<KubeObject>, request: AdmissionRequest, what: string): void {
  const name = request.operation === 'CREATE' ? object.metadata.name : request.name;
  if (name !== node) refuse(request, `can only access ${what} with the same name as the requesting node`);
}
