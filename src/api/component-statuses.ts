import type { ListOptions, ObjectList } from '#client/client.ts';
import { componentStatuses } from '#kinds/component-status/component-status.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { ResourceName } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { plainError } from './metadata.ts';
import type { ObjectStore } from './object-store.ts';
import { Selection } from './selection.ts';

/** The parts of a control plane beside the API server, as upstream calls them. */
export type Component = 'scheduler' | 'controller-manager';

/** Whether a part is at work. */
export type ComponentCheck = (component: Component) => boolean;

export function isComponentStatus({ group, plural }: ResourceName): boolean {
  return group === componentStatuses.group && plural === componentStatuses.plural;
}

/** How the parts of the control plane are, now: nothing of it is stored. */
export async function listComponents(
  objects: ObjectStore,
  running: ComponentCheck,
  options: ListOptions,
): Promise<ObjectList<KubeObject>> {
  const selection = new Selection(componentStatuses as unknown as ResourceDefinition, options);
  const all = [part('scheduler', running), part('controller-manager', running), await storeStatus(objects)];
  return { items: all.filter((one) => selection.matches(one)), resourceVersion: '' };
}

/** How one part is. A name that is none gets upstream's plain error, which has no reason. */
export async function readComponent(objects: ObjectStore, running: ComponentCheck, name: string): Promise<KubeObject> {
  const { items } = await listComponents(objects, running, {});
  const found = items.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw plainError(`Component not found: ${name}`);
  return found;
}

function part(name: Component, running: ComponentCheck): KubeObject {
  return status(name, running(name) ? undefined : 'not started in the program that serves this API');
}

/** The store is called what upstream's is called, for clients that look for it by name. */
async function storeStatus(objects: ObjectStore): Promise<KubeObject> {
  try {
    await objects.upToDate();
    return status('etcd-0', undefined);
  } catch (error) {
    return status('etcd-0', error instanceof Error ? error.message : String(error));
  }
}

function status(name: string, problem: string | undefined): KubeObject {
  const condition = { type: 'Healthy', status: problem === undefined ? 'True' : 'False', message: problem ?? 'ok' };
  const { kind, version: apiVersion } = componentStatuses;
  return { kind, apiVersion, metadata: { name }, conditions: [condition] } as unknown as KubeObject;
}
