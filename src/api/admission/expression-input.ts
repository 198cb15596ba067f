import type { ExpressionInput } from '#kinds/admission-expression/evaluation.ts';
import type { AskAccess } from '#kinds/cel/authorizer-functions.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import { optionsOf } from '../webhooks/admission-review.ts';
import { shapeOf } from '../webhooks/shape.ts';
import type { AdmissionRequest } from './chain.ts';

/** What is asked about, and what else expressions may look at. */
export interface AskedAbout {
  readonly request: AdmissionRequest;
  /** The resource as those who ask name it: in the version that their rules mean. */
  readonly resource: ResourceDefinition;
  /** The object as it is to be; undefined for a delete. */
  readonly object: KubeObject | undefined;
  /** The namespace that the object is in; undefined for objects that are in none, and for those who are not told. */
  readonly namespace?: Namespace | undefined;
  readonly params?: KubeObject | undefined;
  readonly ask: AskAccess;
}

/** What expressions see of a request to the API. */
export function expressionInput(asked: AskedAbout): ExpressionInput {
  const { request, resource: meant, object, namespace, params, ask } = asked;
  const { resource, subresource, namespace: within, name, old } = request;
  const shape = shapeOf(resource, meant, subresource);
  return {
    object: object === undefined ? null : shape.show(object),
    oldObject: old === undefined ? null : shape.show(old),
    request: askedRequest(request, meant),
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
function askedRequest(request: AdmissionRequest, meant: ResourceDefinition): object {
  const { context, operation, resource, subresource, namespace, name, dryRun } = request;
  const { user } = context;
  return {
    kind: shapeOf(resource, meant, subresource).kind,
    resource: nameOf(meant),
    subResource: subresource,
    requestKind: shapeOf(resource, resource, subresource).kind,
    requestResource: nameOf(resource),
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
    options: optionsOf(request),
  };
}

function nameOf({ group, version, plural }: ResourceDefinition): object {
  return { group, version, resource: plural };
}

/** A namespace without what expressions are not to see of it. */
function shownNamespace({ metadata, spec, status }: Namespace): object {
  const { managedFields: _fields, ownerReferences: _owners, ...shown } = metadata;
  return { metadata: shown, spec, status };
}
