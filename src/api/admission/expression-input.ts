import type { Json } from '#base/json.ts';
import type { ExpressionInput } from '#kinds/admission-expression/evaluation.ts';
import type { AskAccess } from '#kinds/cel/authorizer-functions.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import { askedRequest } from '../webhooks/admission-review.ts';
import { type Asked, type Invocation, nameOf, namespaceOf } from '../webhooks/asked.ts';

/** What expressions may look at beside the request itself. */
export interface Around {
  /** The namespace that the object is in; undefined for objects that are in none, and for those who are not told. */
  readonly namespace?: Namespace | undefined;
  readonly params?: KubeObject | undefined;
  readonly ask: AskAccess;
}

/** What expressions see of a request to the API, in the version of the resource that their rules mean. */
export function expressionInput(
  meant: Pick<Invocation, 'resource' | 'shape'>,
  asked: Asked,
  { namespace, params, ask }: Around,
): ExpressionInput {
  const { object, oldObject, ...request } = askedRequest(meant, asked) as { readonly [field: string]: Json };
  const { resource, subresource } = asked.request;
  const within = namespaceOf(asked);
  return {
    ...{ object, oldObject, request, params },
    namespaceObject: namespace === undefined ? null : shownNamespace(namespace),
    authorizer: {
      ask,
      requestResource: {
        group: resource.group,
        resource: resource.plural,
        name: nameOf(asked),
        ...(subresource === undefined ? {} : { subresource }),
        ...(within === undefined ? {} : { namespace: within }),
      },
    },
  };
}

/** A namespace without what expressions are not to see of it. */
function shownNamespace({ metadata, spec, status }: Namespace): object {
  const { managedFields: _fields, ownerReferences: _owners, ...shown } = metadata;
  return { metadata: shown, spec, status };
}
