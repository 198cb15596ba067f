import type { TokenRequest } from '#kinds/authentication/schema.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { mirrorAnnotation } from '#kinds/pod/validate/annotations.ts';
import type { Draft } from '#schema/type.ts';
import { podReferences } from '../access/pod-references.ts';
import type { Authorizer } from '../core.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionRequest } from './chain.ts';
import { refuse } from './refusal.ts';

export interface NodeRestrictionParts {
  readonly objects: ObjectStore;
  /** Asked for what goes beyond a node's own pods. */
  readonly decide: Authorizer;
}

/** The pod of that name. The refusal says "pod" where the API otherwise says "pods", as upstream's does. */
export function findPod(objects: ObjectStore, namespace: string | undefined, name: string): Pod {
  const pod = objects.peek(pods, namespace, name);
  if (pod === undefined) throw apiErrors.notFound({ group: '', plural: 'pod' }, name);
  return pod;
}

/** A node may show the API a pod that it runs by itself, and nothing that would give it a right it lacks: with a pod of its
 *  own making it could otherwise read whatever the pod refers to (spec: api.md section 18). */
export function requireMirrorPod(objects: ObjectStore, name: string, pod: Draft<Pod>, request: AdmissionRequest): void {
  const node = `node ${JSON.stringify(name)}`;
  if (pod.metadata.annotations?.[mirrorAnnotation] === undefined) {
    refuse(request, `pod does not have "${mirrorAnnotation}" annotation, ${node} can only create mirror pods`);
  }
  if (pod.spec.nodeName !== name) refuse(request, `${node} can only create pods with spec.nodeName set to itself`);
  requireOwnedByNode(objects, name, pod, request);
  const referred = firstReference(pod as Pod);
  if (referred !== undefined) refuse(request, `${node} can not create pods that reference ${referred}`);
}

function requireOwnedByNode(objects: ObjectStore, name: string, pod: Draft<Pod>, request: AdmissionRequest): void {
  const node = `node ${JSON.stringify(name)}`;
  const [owner, another] = pod.metadata.ownerReferences ?? [];
  if (another !== undefined) {
    refuse(request, `${node} can only create pods with a single owner reference set to itself`);
  }
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== name) {
    refuse(request, `${node} can only create pods with an owner reference set to itself`);
  }
  if (owner.controller !== true) {
    refuse(request, `${node} can only create pods with a controller owner reference set to itself`);
  }
  if (owner.blockOwnerDeletion === true) {
    refuse(request, `${node} must not set blockOwnerDeletion on an owner reference`);
  }
  const standing = objects.peek(nodes, undefined, name);
  if (standing === undefined) throw apiErrors.notFound({ group: '', plural: 'node' }, name);
  const { uid } = standing.metadata;
  if (owner.uid !== uid) refuse(request, `node ${name} UID mismatch: expected ${owner.uid} got ${uid}`);
}

/** What a mirror pod must not refer to and does; undefined if it refers to nothing. */
function firstReference(pod: Pod): string | undefined {
  const { spec } = pod;
  const references = podReferences(pod);
  const sources = (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  const found: readonly (readonly [boolean, string])[] = [
    [(spec.serviceAccountName ?? '') !== '', 'a service account'],
    [references.secrets.size > 0, 'secrets'],
    [references.configmaps.size > 0, 'configmaps'],
    [sources.some(({ clusterTrustBundle }) => clusterTrustBundle !== undefined), 'clustertrustbundles'],
    [references.persistentvolumeclaims.size > 0, 'persistentvolumeclaims'],
    [(spec.resourceClaims ?? []).length > 0, 'resourceclaims'],
  ];
  return found.find(([isThere]) => isThere)?.[1];
}

const audienceVerb = 'request-serviceaccounts-token-audience';

/** A node gets tokens for its pods only: each is bound to one of them, and meant for whom the pod asks for. */
export async function requireOwnToken(
  { objects, decide }: NodeRestrictionParts,
  node: string,
  { spec }: TokenRequest,
  request: AdmissionRequest,
): Promise<void> {
  const { kind, apiVersion, name = '', uid = '' } = spec.boundObjectRef ?? {};
  if (apiVersion !== 'v1' || kind !== 'Pod' || name === '') refuse(request, 'node requested token not bound to a pod');
  if (uid === '') refuse(request, 'node requested token with a pod binding without a uid');
  const pod = findPod(objects, request.namespace, name);
  if (pod.metadata.uid !== uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record`;
    refuse(request, `${why}. The object might have been deleted and then recreated`);
  }
  if (pod.spec.nodeName !== node) refuse(request, 'node requested token bound to a pod scheduled on a different node');
  const [audience = '', another] = spec.audiences;
  if (another !== undefined) refuse(request, 'node may only request 0 or 1 audiences');
  if (asksFor(pod, audience)) return;
  const { namespace, context } = request;
  const attributes = { verb: audienceVerb, group: '', plural: audience, namespace, name: request.name };
  if ((await decide(context.user, attributes)).allowed) return;
  const who = `${context.user.name} is not authorized to request tokens for this audience`;
  refuse(request, `audience ${JSON.stringify(audience)} not found in pod spec volume, ${who}`);
}

function asksFor({ spec }: Pod, audience: string): boolean {
  const sources = (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  return sources.some(({ serviceAccountToken: token }) => token !== undefined && (token.audience ?? '') === audience);
}
