import { apiErrors } from '#kinds/meta/errors.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';

const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Objects are created only in namespaces that exist and stay; some namespaces stay for ever (spec: api.md section 15). */
export function namespaceLifecycle(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'NamespaceLifecycle',
    handles: (resource, subresource, operation) =>
      operation === 'CREATE' ? resource.namespaced : operation === 'DELETE' && isNamespaces(resource) && !subresource,
    admit: (_draft, request) => requireLiving(objects, request),
    validate: (_object, request) => {
      if (request.operation !== 'DELETE' || !immortal.has(request.name)) return;
      throw apiErrors.forbidden(namespaces, request.name, 'this namespace may not be deleted');
    },
  };
}

function isNamespaces(resource: { readonly group: string; readonly plural: string }): boolean {
  return resource.group === '' && resource.plural === 'namespaces';
}

function requireLiving(objects: ObjectStore, request: AdmissionRequest): void | Promise<void> {
  const { namespace = '' } = request;
  const known = objects.peek(namespaces, undefined, namespace);
  if (known === undefined) return requireLivingNow(objects, request);
  refuseTerminating(known, request);
}

/** The cache may not have heard yet of a namespace that was just created elsewhere. */
async function requireLivingNow(objects: ObjectStore, request: AdmissionRequest): Promise<void> {
  const { namespace = '' } = request;
  await objects.upToDate();
  const known = objects.peek(namespaces, undefined, namespace);
  if (known === undefined) throw apiErrors.notFound(namespaces, namespace);
  refuseTerminating(known, request);
}

function refuseTerminating({ status }: Namespace, request: AdmissionRequest): void {
  if (status.phase !== 'Terminating') return;
  const { resource, name, namespace = '' } = request;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  throw apiErrors.forbidden(resource, name, why, [cause]);
}
