import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { mirrorAnnotation } from '#kinds/pod/validate/annotations.ts';
import { volumeAttachments } from '#kinds/volume-attachment/volume-attachment.ts';
import type { ObjectIndex } from '../object-index.ts';
import type { ObjectStore } from '../object-store.ts';
import { type PodReferences, podReferences, type SecretOfVolume, volumeSecrets } from './pod-references.ts';

/** Stored objects do not change, so each is looked through once. */
const references = new WeakMap<Pod, PodReferences>();
const secretsOfVolumes = new WeakMap<PersistentVolume, readonly SecretOfVolume[]>();

/** What a node has to do with other objects: whatever its pods refer to, without those pods that it made itself. Else a node could
 *  read what it likes by making a pod that refers to it (spec: api.md section 17.5). */
export class NodeRelations {
  private readonly objects: ObjectStore;
  private index: ObjectIndex | undefined;

  constructor(objects: ObjectStore) {
    this.objects = objects;
  }

  /** Whether a pod of the node refers to the object. */
  refers(node: string, plural: keyof PodReferences, namespace: string, name: string): boolean {
    return this.podsOf(node, namespace).some((pod) => referencesOf(pod)[plural].has(name));
  }

  /** Whether a volume that the node uses needs the secret. */
  needsForVolume(node: string, namespace: string, name: string): boolean {
    return this.objects
      .all(persistentVolumes)
      .some(
        (volume) =>
          secretsOf(volume).some((secret) => secret.namespace === namespace && secret.name === name) &&
          this.uses(node, volume),
      );
  }

  /** Whether a pod of the node uses the claim that the volume is bound to. */
  usesVolume(node: string, name: string): boolean {
    const volume = this.objects.peek(persistentVolumes, undefined, name);
    return volume !== undefined && this.uses(node, volume);
  }

  /** Whether the volume attachment is one to the node. */
  attaches(node: string, name: string): boolean {
    return this.objects.peek(volumeAttachments, undefined, name)?.spec.nodeName === node;
  }

  usesAccount(node: string, namespace: string, name: string): boolean {
    return this.podsOf(node, namespace).some(({ spec }) => spec.serviceAccountName === name);
  }

  hasPod(node: string, namespace: string | undefined, name: string): boolean {
    return this.objects.peek(pods, namespace, name)?.spec.nodeName === node;
  }

  private uses(node: string, { spec: { claimRef } }: PersistentVolume): boolean {
    if (claimRef?.name === undefined) return false;
    return this.refers(node, 'persistentvolumeclaims', claimRef.namespace ?? '', claimRef.name);
  }

  /** Found without looking at those of other nodes, and one by one: every start of a pod asks, and mostly the first one answers. */
  private *podsOf(node: string, namespace: string): Generator<Pod> {
    this.index ??= this.objects.of(pods).cache.indexBy((pod) => (pod as Pod).spec.nodeName);
    for (const pod of this.index.get(node) as Iterable<Pod>) {
      const { metadata } = pod;
      if (metadata.namespace === namespace && metadata.annotations?.[mirrorAnnotation] === undefined) yield pod;
    }
  }
}

function referencesOf(pod: Pod): PodReferences {
  let known = references.get(pod);
  if (known === undefined) {
    known = podReferences(pod);
    references.set(pod, known);
  }
  return known;
}

function secretsOf(volume: PersistentVolume): readonly SecretOfVolume[] {
  let known = secretsOfVolumes.get(volume);
  if (known === undefined) {
    known = volumeSecrets(volume);
    secretsOfVolumes.set(volume, known);
  }
  return known;
}
