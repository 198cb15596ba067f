import type { Manifest } from '#app/manifests.ts';
import type { Client } from '#client/client.ts';
import { isAlreadyExists } from '#kinds/meta/errors.ts';
import type { KubeObject, New } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';

/** Creates the objects in the order of the files. A private cluster holds nothing yet, so namespaces that the manifests only
 *  mention are made first. Throws what the API throws, with the file named. */
export async function createManifests(client: Client, manifests: readonly Manifest[]): Promise<readonly KubeObject[]> {
  await createNamespaces(client, manifests);
  const created: KubeObject[] = [];
  for (const { resource, object } of manifests) {
    if (resource.kind === 'Namespace') continue;
    created.push(await client.create(resource, resource.namespaced ? inNamespace(object) : object));
  }
  return created;
}

async function createNamespaces(client: Client, manifests: readonly Manifest[]): Promise<void> {
  const declared = manifests.filter(({ resource }) => resource.kind === 'Namespace');
  for (const { resource, object } of declared) await client.create(resource, object);
  const mentioned = new Set(
    manifests.flatMap(({ resource, object }) => (resource.namespaced ? [namespaceOf(object)] : [])),
  );
  for (const name of mentioned) {
    try {
      await client.create(namespaces, { metadata: { name }, spec: {} });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

function namespaceOf(object: New<KubeObject>): string {
  const { namespace = '' } = object.metadata;
  return namespace === '' ? 'default' : namespace;
}

function inNamespace(object: New<KubeObject>): New<KubeObject> {
  return { ...object, metadata: { ...object.metadata, namespace: namespaceOf(object) } };
}
