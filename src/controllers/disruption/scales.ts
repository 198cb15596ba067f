import type { Client } from '#client/client.ts';
import { catalog } from '#kinds/catalog.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** How many pods a controller, or the controller of that, wants. */
export interface WantedPods {
  /** Of whoever says the number: several ReplicaSets may have one Deployment. */
  readonly uid: string;
  readonly replicas: number;
}

/** By the uid of the controllers of pods; those that have no scale, or are not there, are missing. */
export type Scales = ReadonlyMap<string, WantedPods>;

/** The built-in resource of an owner's kind. */
export function resourceOf({ apiVersion, kind }: OwnerReference): ResourceDefinition | undefined {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return catalog.find((one) => one.kind === kind && one.group === group);
}

/** Asks the controllers of `pods`, which are all in `namespace`, how many pods they want. */
export async function findScales(client: Client, namespace: string, pods: readonly Pod[]): Promise<Scales> {
  const owners = new Map(pods.map(controllerOf).flatMap((owner) => (owner === undefined ? [] : [[owner.uid, owner]])));
  const scales = new Map<string, WantedPods>();
  for (const [uid, owner] of owners) {
    const found = await wantedBy(client, namespace, owner);
    if (found !== undefined) scales.set(uid, found);
  }
  return scales;
}

async function wantedBy(client: Client, namespace: string, owner: OwnerReference): Promise<WantedPods | undefined> {
  const resource = resourceOf(owner);
  if (resource?.scale === undefined) return undefined;
  const object = await found(client, resource, namespace, owner);
  if (object === undefined) return undefined;
  const above = controllerOf(object);
  if (owner.kind === 'ReplicaSet' && above?.kind === 'Deployment') return wantedBy(client, namespace, above);
  const { spec } = object as unknown as { readonly spec: { readonly replicas?: number } };
  return { uid: owner.uid, replicas: spec.replicas ?? 0 };
}

async function found(
  client: Client,
  resource: ResourceDefinition,
  namespace: string,
  { name, uid }: OwnerReference,
): Promise<KubeObject | undefined> {
  try {
    const object = await client.get(resource, { namespace, name });
    return object.metadata.uid === uid ? object : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
