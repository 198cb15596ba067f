import { isApiError } from '#kinds/meta/errors.ts';
import { type FieldSelector, fieldRequirements } from '#kinds/meta/field-selector.ts';
import type { Attributes } from '../api.ts';
import type { Authorizer, Decision } from '../core.ts';
import type { ObjectStore } from '../object-store.ts';
import { nodeRules } from './bootstrap/system-roles.ts';
import { nodeNameOf } from './node-identity.ts';
import { NodeRelations } from './node-relations.ts';
import { ruleAllows } from './rules.ts';

const leaseNamespace = 'kube-node-lease';
const reads = ['get', 'list', 'watch'];
const ownVerbs = ['get', 'create', 'update', 'patch', 'delete'];
const yes: Decision = { allowed: true };

type Asked = Extract<Attributes, { readonly plural: string }>;

/** Lets a node do what it needs for its own pods, and no more (spec: api.md section 17.5). */
export function nodeAuthorizer(objects: ObjectStore): Authorizer {
  const rules = nodeRules();
  const relations = new NodeRelations(objects);
  return (user, attributes) => {
    const node = nodeNameOf(user);
    if (node === undefined || 'path' in attributes) return { allowed: false };
    if (node === '') return no(`unknown node for user ${JSON.stringify(user.name)}`);
    const decision = decideOwn(relations, node, attributes);
    return decision ?? { allowed: rules.some((rule) => ruleAllows(rule, attributes)) };
  };
}

/** What depends on which node asks; undefined for what all nodes may alike. */
function decideOwn(relations: NodeRelations, node: string, asked: Asked): Decision | undefined {
  const { namespace = '', name = '' } = asked;
  switch (`${asked.group}/${asked.plural}`) {
    case '/secrets':
      return readNamespaced(node, asked, () => {
        const isReferred = relations.refers(node, 'secrets', namespace, name);
        return isReferred || relations.needsForVolume(node, namespace, name);
      });
    case '/configmaps':
      return readNamespaced(node, asked, () => relations.refers(node, 'configmaps', namespace, name));
    case '/persistentvolumeclaims': {
      const isUsed = () => relations.refers(node, 'persistentvolumeclaims', namespace, name);
      return asked.subresource === 'status' ? writeStatus(node, asked, isUsed) : readOne(node, asked, isUsed);
    }
    case '/persistentvolumes':
      return readOne(node, asked, () => relations.usesVolume(node, name));
    case 'storage.k8s.io/volumeattachments':
      return readOne(node, asked, () => relations.attaches(node, name));
    // None of these is known to be for a node.
    case 'resource.k8s.io/resourceclaims':
      return readOne(node, asked, () => false);
    case 'resource.k8s.io/resourceslices':
      return useSlices(node, asked);
    case '/serviceaccounts': {
      const isUsed = () => relations.usesAccount(node, namespace, name);
      return asked.verb === 'get' && !asked.subresource
        ? readNamespaced(node, asked, isUsed)
        : createToken(node, asked, isUsed);
    }
    case '/nodes':
      return useNode(node, asked);
    case '/pods':
      return usePods(relations, node, asked);
    case 'coordination.k8s.io/leases':
      return useLease(node, asked);
    case 'storage.k8s.io/csinodes':
      return useStorageNode(node, asked);
    case 'certificates.k8s.io/podcertificaterequests':
      return none;
    default:
      return undefined;
  }
}

/** A refusal without a reason. */
const none: Decision = { allowed: false };

function no(reason: string): Decision {
  return { allowed: false, reason };
}

function related(node: string, { name }: Asked, isRelated: () => boolean): Decision {
  if (!name) return no('No Object name found');
  return isRelated() ? yes : no(`no relationship found between node '${node}' and this object`);
}

function readNamespaced(node: string, asked: Asked, isRelated: () => boolean): Decision {
  if (!reads.includes(asked.verb)) return no('can only read resources of this type');
  if (asked.subresource) return no('cannot read subresource');
  if (!asked.namespace) return no('can only read namespaced object of this type');
  return related(node, asked, isRelated);
}

function readOne(node: string, asked: Asked, isRelated: () => boolean): Decision {
  if (asked.verb !== 'get') return no('can only get individual resources of this type');
  return asked.subresource ? no('cannot get subresource') : related(node, asked, isRelated);
}

function writeStatus(node: string, asked: Asked, isRelated: () => boolean): Decision {
  const writes = asked.verb === 'update' || asked.verb === 'patch';
  return writes ? related(node, asked, isRelated) : no('can only get/update/patch this type');
}

function createToken(node: string, asked: Asked, isRelated: () => boolean): Decision {
  if (asked.verb !== 'create' || !asked.name) return no('can only create tokens for individual service accounts');
  if (asked.subresource !== 'token') return no('can only create token subresource of serviceaccount');
  return related(node, asked, isRelated);
}

/** What a node writes is judged when it is admitted. */
function useNode(node: string, { verb, subresource, name }: Asked): Decision {
  if (subresource === 'status') return verb === 'update' || verb === 'patch' ? yes : none;
  if (subresource) return none;
  if (['create', 'update', 'patch'].includes(verb)) return yes;
  if (!reads.includes(verb)) return none;
  if (name === node) return yes;
  return no(`node '${node}' cannot read ${name ? `'${name}'` : 'all nodes'}, only its own Node object`);
}

function usePods(relations: NodeRelations, node: string, asked: Asked): Decision {
  const { verb, subresource, namespace, name = '' } = asked;
  const isOwn = () => relations.hasPod(node, namespace, name);
  switch (subresource ?? '') {
    case '':
      if (verb === 'get') return related(node, asked, isOwn);
      if (verb === 'create' || verb === 'delete') return yes;
      if (!reads.includes(verb)) return none;
      if (selects(asked, 'spec.nodeName', node)) return yes;
      return name ? related(node, asked, isOwn) : no('can only list/watch pods with spec.nodeName field selector');
    case 'status':
      return verb === 'update' || verb === 'patch' ? yes : none;
    case 'eviction':
      return verb === 'create' ? yes : none;
    default:
      return none;
  }
}

/** Whether only objects are asked for whose field has this value. */
function selects({ fieldSelector = '' }: Asked, field: string, value: string): boolean {
  return requirementsOf(fieldSelector).some(
    ({ path, equal, value: wanted }) => path === field && equal && wanted === value,
  );
}

/** A selector that cannot be read selects nothing less. */
function requirementsOf(selector: string): FieldSelector {
  try {
    return fieldRequirements(selector);
  } catch (error) {
    if (!isApiError(error)) throw error;
    return [];
  }
}

function useLease(node: string, { verb, namespace, name }: Asked): Decision {
  if (!ownVerbs.includes(verb)) return no('can only get, create, update, patch, or delete a node lease');
  if (namespace !== leaseNamespace) return no(`can only access leases in the "${leaseNamespace}" system namespace`);
  if (verb === 'create' || name === node) return yes;
  return no('can only access node lease with the same name as the requesting node');
}

function useStorageNode(node: string, { verb, subresource, name }: Asked): Decision {
  if (!ownVerbs.includes(verb)) return no('can only get, create, update, patch, or delete a CSINode');
  if (subresource) return no('cannot authorize CSINode subresources');
  if (verb === 'create' || name === node) return yes;
  return no('can only access CSINode with the same name as the requesting node');
}

function useSlices(node: string, asked: Asked): Decision {
  const { verb, subresource } = asked;
  if (subresource) return no('cannot authorize ResourceSlice subresources');
  if (verb === 'create') return yes;
  if (['watch', 'list', 'deletecollection'].includes(verb)) {
    const isOwn = selects(asked, 'spec.nodeName', node);
    return isOwn ? yes : no('can only list/watch/deletecollection resourceslices with nodeName field selector');
  }
  if (ownVerbs.includes(verb)) return related(node, asked, () => false);
  const verbs = 'get, watch, list, create, update, patch, delete, deletecollection';
  return no(`only the following verbs are allowed for a ResourceSlice: ${verbs}`);
}
