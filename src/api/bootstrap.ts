import { isAlreadyExists } from '#kinds/meta/errors.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { systemPriorityClasses } from '#kinds/priority-class/rules.ts';
import { isAsWritten } from './access/bootstrap/as-written.ts';
import { bootstrapPolicy, type PolicyObject } from './access/bootstrap/policy.ts';
import { reconciled } from './access/bootstrap/reconcile.ts';
import type { RequestContext, WriteRequest } from './api.ts';
import { mastersGroup } from './authorize.ts';
import type { ApiCore } from './core.ts';
import { createObject } from './create.ts';
import { draftOf } from './decoding.ts';
import { deleteObject } from './delete.ts';
import { plainDelete } from './delete-options.ts';
import type { ServedName } from './object-store.ts';
import { isRead } from './object-value.ts';
import { updateObject } from './update.ts';
import { mainPath } from './update-paths.ts';

const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

const system: RequestContext = {
  user: { name: 'system:apiserver', groups: [mastersGroup] },
  agent: 'sampan',
  warn: () => {},
};

const write: WriteRequest = { dryRun: false, fieldManager: undefined, fieldValidation: 'Ignore' };

/** Creates what every cluster has from the start, and gives the policy back what it has lost; all else that is there is left as it
 *  is (spec: api.md sections 4, 17.4 and 23). */
export async function bootstrap(core: ApiCore): Promise<void> {
  await Promise.all(systemNamespaces.map((name) => ensure(core, namespaces, { metadata: { name } })));
  // All at once: a store on disk makes one commit of many writes.
  await Promise.all([
    ...systemPriorityClasses.map(({ name, ...priority }) =>
      ensure(core, priorityClasses, { metadata: { name }, ...priority }),
    ),
    ...bootstrapPolicy().map((object) => ensurePolicy(core, object)),
  ]);
}

interface Furniture {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

async function ensure(core: ApiCore, name: ServedName, object: Furniture): Promise<void> {
  const resource = core.objects.of(name).definition;
  const { namespace } = object.metadata;
  if (core.objects.peek(resource, namespace, object.metadata.name) !== undefined) return;
  try {
    await createObject(core, system, { resource, namespace }, draftOf(resource, object).draft, write);
  } catch (error) {
    // Another server on the same store was faster.
    if (!isAlreadyExists(error)) throw error;
  }
}

async function ensurePolicy(core: ApiCore, object: PolicyObject): Promise<void> {
  const { resource: served, ...wanted } = object;
  const { definition: resource, cache } = core.objects.of(served);
  const { namespace, name: own } = wanted.metadata;
  const cached = cache.get(namespace, own);
  if (cached === undefined) return ensure(core, resource, wanted);
  const { value } = cached.entry;
  if (!isRead(value) && isAsWritten(value.text, object)) return;
  const stored = cached.object;
  const complete = reconciled(stored, object);
  if (complete === undefined) return;
  if (complete === 'anew') {
    const asked = { ...plainDelete, preconditions: { uid: stored.metadata.uid } };
    await deleteObject(core, system, { resource, namespace, name: own }, asked);
    return ensure(core, resource, wanted);
  }
  const { resourceVersion: _any, ...metadata } = complete.metadata;
  const { draft } = draftOf(resource, { ...complete, metadata });
  await updateObject(core, system, { resource, namespace, name: own }, draft, write, mainPath(resource));
}
