import { isAlreadyExists, type ResourceName } from '#kinds/meta/errors.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import type { RequestContext, WriteRequest } from './api.ts';
import { mastersGroup } from './authorize.ts';
import type { ApiCore } from './core.ts';
import { createObject } from './create.ts';
import { draftOf } from './decoding.ts';

const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

const systemPriorities = [
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
];

const system: RequestContext = {
  user: { name: 'system:apiserver', groups: [mastersGroup] },
  agent: 'sampan',
  warn: () => {},
};

const write: WriteRequest = { dryRun: false, fieldManager: undefined, fieldValidation: 'Ignore' };

/** Creates what every cluster has from the start; what is there already is left as it is (spec: api.md sections 4 and 23). */
export async function bootstrap(core: ApiCore): Promise<void> {
  for (const name of systemNamespaces) await ensure(core, namespaces, { metadata: { name } });
  for (const priority of systemPriorities) await ensure(core, priorityClasses, priority);
}

async function ensure(
  core: ApiCore,
  name: ResourceName,
  object: { readonly metadata: { readonly name: string } },
): Promise<void> {
  const resource = core.objects.of(name).definition;
  if (core.objects.peek(resource, undefined, object.metadata.name) !== undefined) return;
  try {
    await createObject(core, system, { resource }, draftOf(resource, object).draft, write);
  } catch (error) {
    // Another server on the same store was faster.
    if (!isAlreadyExists(error)) throw error;
  }
}
