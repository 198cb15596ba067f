import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { mirrorAnnotation } from '#kinds/pod/validate/annotations.ts';
import type { Attributes } from '../api.ts';
import type { Authorizer, Decision } from '../core.ts';
import type { ObjectIndex } from '../object-index.ts';
import type { ObjectStore } from '../object-store.ts';
import { nodeRules } from './bootstrap/system-roles.ts';
import { nodeNameOf } from './node-identity.ts';
import { type PodReferences, podReferences } from './pod-references.ts';
import { ruleAllows } from './rules.ts';

const leaseNamespace = 'kube-node-lease';
const reads = ['get', 'list', 'watch'];

type Asked = Extract<Attributes, { readonly plural: string }>;

interface Source {
  readonly objects: ObjectStore;
  podsOf(node: string, namespace: string): readonly Pod[];
}

/** Lets a node do what it needs for its own pods, and no more (spec: api.md section 17.5). */
export function nodeAuthorizer(objects: ObjectStore): Authorizer {
  const rules = nodeRules();
  const podsOf = podsByNode(objects);
  return (user, attributes) => {
    const node = nodeNameOf(user);
    if (node === undefined || 'path' in attributes) return { allowed: false };
    if (node === '') return no(`unknown node for user ${JSON.stringify(user.name)}`);
    const decision = decideOwn({ objects, podsOf }, node, attributes);
    return decision ?? { allowed: rules.some((rule) => ruleAllows(rule, attributes)) };
  };
}

/** What depends on which node asks; undefined for what all nodes may alike. */
function decideOwn(source: Source, node: string, asked: Asked): Decision | undefined {
  switch (`${asked.group}/${asked.plural}`) {
    case '/secrets':
    case '/configmaps':
      return reads.includes(asked.verb)
        ? readReferenced(source, node, asked)
        : no('can only read resources of this type');
    case '/persistentvolumeclaims':
      if (asked.subresource !== 'status' && asked.verb !== 'get')
        return no('can only get individual resources of this type');
      return readReferenced(source, node, asked);
    case '/persistentvolumes':
      return readVolume(source, node, asked);
    case '/serviceaccounts':
      return createToken(source, node, asked);
    case '/nodes':
      return reads.includes(asked.verb) ? readNode(node, asked) : undefined;
    case '/pods':
      return reads.includes(asked.verb) ? readPods(source.objects, node, asked) : undefined;
    case 'coordination.k8s.io/leases':
      return useLease(node, asked);
    default:
      return undefined;
  }
}

function no(reason: string): Decision {
  return { allowed: false, reason };
}

function noRelation(node: string): string {
  return `no relationship found between node '${node}' and this object`;
}

/** The pods of a node in a namespace, without those that it made itself: else a node could read whatever it likes by making a
 *  pod that refers to it. They are found without looking at all others, for every start of a pod asks. */
function podsByNode(objects: ObjectStore): Source['podsOf'] {
  let index: ObjectIndex | undefined;
  return (node, namespace) => {
    index ??= objects.of(pods).cache.indexBy((pod) => (pod as Pod).spec.nodeName);
    return [...(index.get(node) as Iterable<Pod>)].filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.annotations?.[mirrorAnnotation] === undefined,
    );
  };
}

const references = new WeakMap<Pod, PodReferences>();

/** Stored pods do not change, so each is looked through once. */
function referencesOf(pod: Pod): PodReferences {
  let known = references.get(pod);
  if (known === undefined) {
    known = podReferences(pod);
    references.set(pod, known);
  }
  return known;
}

function readReferenced({ podsOf }: Source, node: string, { plural, namespace, name }: Asked): Decision {
  if (namespace === undefined) return no('can only read namespaced object of this type');
  if (!name) return no('No Object name found');
  const kind = plural as 'secrets' | 'configmaps' | 'persistentvolumeclaims';
  const isNeeded = podsOf(node, namespace).some((pod) => referencesOf(pod)[kind].has(name));
  return isNeeded ? { allowed: true } : no(noRelation(node));
}

/** The volume of a claim that a pod of the node uses. */
function readVolume({ objects, podsOf }: Source, node: string, { verb, subresource, name }: Asked): Decision {
  if (verb !== 'get' || subresource) return no('can only get individual resources of this type');
  const claim = objects.peek(persistentVolumes, undefined, name ?? '')?.spec.claimRef;
  const users = claim?.name === undefined ? [] : podsOf(node, claim.namespace ?? '');
  const isNeeded = users.some((pod) => referencesOf(pod).persistentvolumeclaims.has(claim?.name ?? ''));
  return isNeeded ? { allowed: true } : no(noRelation(node));
}

function createToken({ podsOf }: Source, node: string, { verb, namespace, name, subresource }: Asked): Decision {
  if (verb !== 'create' || !name) return no('can only create tokens for individual service accounts');
  if (subresource !== 'token') return no('can only create token subresource of serviceaccount');
  const isUsed = podsOf(node, namespace ?? '').some(({ spec }) => spec.serviceAccountName === name);
  return isUsed ? { allowed: true } : no(noRelation(node));
}

function readNode(node: string, { name }: Asked): Decision {
  if (name === node) return { allowed: true };
  const what = name ? `'${name}'` : 'all nodes';
  return no(`node '${node}' cannot read ${what}, only its own Node object`);
}

function readPods(objects: ObjectStore, node: string, { verb, namespace, name, fieldSelector = '' }: Asked): Decision {
  if (verb === 'get' || name) {
    const pod = objects.peek(pods, namespace, name ?? '');
    return pod?.spec.nodeName === node ? { allowed: true } : no(noRelation(node));
  }
  const isOwn = fieldSelector
    .split(',')
    .some((term) => /^\s*spec\.nodeName\s*==?\s*(.*?)\s*$/.exec(term)?.[1] === node);
  return isOwn ? { allowed: true } : no('can only list/watch pods with spec.nodeName field selector');
}

function useLease(node: string, { verb, namespace, name }: Asked): Decision {
  if (!['get', 'create', 'update', 'patch', 'delete'].includes(verb)) {
    return no('can only get, create, update, patch, or delete a node lease');
  }
  if (namespace !== leaseNamespace) return no(`can only access leases in the "${leaseNamespace}" system namespace`);
  if (verb === 'create' || name === node) return { allowed: true };
  return no('can only access node lease with the same name as the requesting node');
}
