import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Draft } from '#schema/type.ts';
import type { Operation } from './chain.ts';

/** Marks the API's image of a pod that a node runs by itself. */
const mirrorAnnotation = 'kubernetes.io/config.mirror';

export type PodDraft = Draft<Pod>;

/** Whether a request creates a pod. */
export function createsPod(
  resource: ResourceDefinition,
  subresource: string | undefined,
  operation: Operation,
): boolean {
  return operation === 'CREATE' && subresource === undefined && resource.group === '' && resource.plural === 'pods';
}

/** Whether a request changes what a pod may use while it runs. */
export function resizesPod(
  resource: ResourceDefinition,
  subresource: string | undefined,
  operation: Operation,
): boolean {
  return operation === 'UPDATE' && subresource === 'resize' && resource.group === '' && resource.plural === 'pods';
}

/** Whether a request replaces a pod as a whole. */
export function updatesPod(
  resource: ResourceDefinition,
  subresource: string | undefined,
  operation: Operation,
): boolean {
  return operation === 'UPDATE' && subresource === undefined && resource.group === '' && resource.plural === 'pods';
}

/** The draft as what it is known to be: plugins that ask for it have looked at the resource first. */
export function asPod(draft: Draft<KubeObject>): PodDraft {
  return draft as unknown as PodDraft;
}

/** Whether the pod stands for one that a node runs from a file of its own, as its annotation says. */
export function isMirror(pod: PodDraft): boolean {
  return pod.metadata.annotations?.[mirrorAnnotation] !== undefined;
}
