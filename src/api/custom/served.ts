import { customResource } from '#kinds/custom-resource/custom-resource.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { draftOf } from '../decoding.ts';
import { isTerminating } from './status.ts';

/** The resources that a definition makes. */
export interface CustomVersions {
  /** The one whose form is stored, served or not. */
  readonly storage: ResourceDefinition;
  /** Those that clients reach. */
  readonly served: readonly ResourceDefinition[];
}

/** Works out what is served of a definition, under the names it was granted. Versions differ in what they hold and in what
 *  defaults they have; an object is turned from one to another by reading it as the other (spec: api.md section 21). */
export function versionsOf(definition: CustomResourceDefinition): CustomVersions {
  const { spec, status } = definition;
  const named = { ...definition, spec: { ...spec, names: status.acceptedNames } };
  const resources = new Map(
    spec.versions.map(({ name }) => [name, withLife(customResource(named, name), isTerminating(status))]),
  );
  const storage = resources.get(spec.versions.find((version) => version.storage)?.name ?? '');
  if (storage === undefined) throw new Error(`Cannot serve ${definition.metadata.name}: it has no storage version`);
  const served = spec.versions.flatMap((version) => {
    const resource = resources.get(version.name);
    if (!version.served || resource === undefined) return [];
    if (resource === storage) return [storage];
    return [seenThrough(spec.conversion?.strategy === 'Webhook' ? needingWebhook(resource) : resource, storage)];
  });
  return { storage, served };
}

function withLife(resource: ResourceDefinition | undefined, terminating: boolean): ResourceDefinition | undefined {
  if (resource?.custom === undefined || !terminating) return resource;
  return { ...resource, custom: { ...resource.custom, terminating: true } };
}

function needingWebhook(resource: ResourceDefinition): ResourceDefinition {
  return resource.custom === undefined ? resource : { ...resource, custom: { ...resource.custom, needsWebhook: true } };
}

function seenThrough(resource: ResourceDefinition, storage: ResourceDefinition): ResourceDefinition {
  const readAs = (definition: ResourceDefinition, object: KubeObject): KubeObject =>
    draftOf(definition, object).draft as KubeObject;
  return {
    ...resource,
    view: { of: storage, show: (object) => readAs(resource, object), store: (object) => readAs(storage, object) },
  };
}
