import type { ExpressionInput } from '#kinds/admission-expression/evaluation.ts';
import type { AskAccess } from '#kinds/cel/authorizer-functions.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { DeleteOptions } from '#kinds/meta/schema.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import type { AdmissionRequest, Operation } from './chain.ts';

/** What is asked about, and what else expressions may look at. */
export interface AskedAbout {
  readonly request: AdmissionRequest;
  /** The object as it is to be; for a delete the one that is to go. */
  readonly object: KubeObject;
  /** The namespace that the object is in; undefined for objects that are in none. */
  readonly namespace?: Namespace | undefined;
  readonly params?: KubeObject | undefined;
  readonly ask: AskAccess;
}

/** What expressions see of a request to the API. */
export function expressionInput({ request, object, namespace, params, ask }: AskedAbout): ExpressionInput {
  const { operation, resource, subresource, namespace: within, name, old } = request;
  return {
    object: operation === 'DELETE' ? null : object,
    oldObject: operation === 'DELETE' ? object : old,
    request: askedRequest(request, object),
    namespaceObject: namespace === undefined ? null : shownNamespace(namespace),
    params,
    authorizer: {
      ask,
      requestResource: {
        group: resource.group,
        resource: resource.plural,
        name,
        ...(subresource === undefined ? {} : { subresource }),
        ...(within === undefined ? {} : { namespace: within }),
      },
    },
  };
}

/** A request in the form of `AdmissionRequest` (admission.k8s.io/v1), without the objects, which have names of their own. */
function askedRequest(request: AdmissionRequest, object: KubeObject): object {
  const { context, operation, resource, subresource, namespace, name, dryRun } = request;
  const kind = kindOf(operation === 'DELETE' ? undefined : object, resource);
  const asked = { group: resource.group, version: resource.version, resource: resource.plural };
  const { user } = context;
  return {
    kind,
    resource: asked,
    subResource: subresource,
    requestKind: kind,
    requestResource: asked,
    requestSubResource: subresource,
    name: name === '' ? undefined : name,
    namespace,
    operation,
    userInfo: {
      username: user.name === '' ? undefined : user.name,
      uid: user.uid,
      groups: user.groups.length === 0 ? undefined : user.groups,
      extra: Object.keys(user.extra ?? {}).length === 0 ? undefined : user.extra,
    },
    dryRun,
    options: optionsOf(operation, dryRun, request.deleteOptions),
  };
}

/** Subresources may have a kind of their own, which the object then says. */
function kindOf(object: KubeObject | undefined, resource: AdmissionRequest['resource']): object {
  const [version = '', group] = (object?.apiVersion ?? `${resource.group}/${resource.version}`).split('/').reverse();
  return { group: group ?? '', version, kind: object?.kind ?? resource.kind };
}

const optionKinds: { readonly [operation in Operation]: string } = {
  CREATE: 'CreateOptions',
  UPDATE: 'UpdateOptions',
  DELETE: 'DeleteOptions',
};

function optionsOf(operation: Operation, dryRun: boolean, options: DeleteOptions | undefined): object {
  return {
    ...options,
    kind: optionKinds[operation],
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun ? { dryRun: ['All'] } : {}),
  };
}

/** A namespace without what expressions are not to see of it. */
function shownNamespace({ metadata, spec, status }: Namespace): object {
  const { managedFields: _fields, ownerReferences: _owners, ...shown } = metadata;
  return { metadata: shown, spec, status };
}
