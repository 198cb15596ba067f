import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { AdmissionRequest } from '../admission/chain.ts';
import type { Hook } from './hooks.ts';
import { isNamespaces } from './matching.ts';
import type { Shape } from './shape.ts';

/** A request as webhooks are to see it now. */
export interface Asked {
  readonly request: AdmissionRequest;
  /** Undefined for a delete. */
  readonly object: KubeObject | undefined;
}

/** A webhook that is to be asked, and about the request as what. */
export interface Invocation {
  readonly hook: Hook;
  /** The version of the resource that its rules name. */
  readonly resource: ResourceDefinition;
  readonly shape: Shape;
}

/** That which a request is in; for a namespace that is itself. */
export function namespaceOf({ request, object }: Asked): string | undefined {
  return isNamespaces(request.resource) ? nameOf({ request, object }) : request.namespace;
}

/** What the object is called; empty while its name is still to be generated. */
export function nameOf({ request, object }: Asked): string {
  const { operation, subresource, name } = request;
  return operation === 'CREATE' && subresource === undefined ? (object?.metadata.name ?? '') : name;
}
