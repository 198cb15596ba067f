import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { claimNameOf } from '#kinds/persistent-volume-claim/class.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** Names of other objects, in the pod's own namespace, that a pod needs on its node. */
export interface PodReferences {
  readonly secrets: ReadonlySet<string>;
  readonly configmaps: ReadonlySet<string>;
  readonly persistentvolumeclaims: ReadonlySet<string>;
}

interface Named {
  readonly name?: string | undefined;
}

type Container = Pick<Pod['spec']['containers'][number], 'env' | 'envFrom'>;
type Volume = NonNullable<Pod['spec']['volumes']>[number];

/** Everything that a pod refers to. Pure. */
export function podReferences({ metadata, spec }: Pod): PodReferences {
  const secrets = new Set<string>();
  const configmaps = new Set<string>();
  const claims = new Set<string>();
  const add = (names: Set<string>, ...found: readonly (string | undefined)[]): void => {
    for (const name of found) if (name !== undefined && name !== '') names.add(name);
  };
  const { initContainers = [], ephemeralContainers = [], containers, volumes = [], imagePullSecrets = [] } = spec;
  add(secrets, ...imagePullSecrets.map(({ name }) => name));
  for (const { env = [], envFrom = [] } of [...initContainers, ...containers, ...ephemeralContainers] as Container[]) {
    add(secrets, ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name));
    add(configmaps, ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name));
    add(secrets, ...envFrom.map(({ secretRef }) => secretRef?.name));
    add(configmaps, ...envFrom.map(({ configMapRef }) => configMapRef?.name));
  }
  for (const volume of volumes) {
    const { projected, persistentVolumeClaim, ephemeral, configMap } = volume;
    add(secrets, ...secretsOf(volume), ...(projected?.sources ?? []).map(({ secret }) => secret?.name));
    add(configmaps, configMap?.name, ...(projected?.sources ?? []).map((source) => source.configMap?.name));
    add(claims, persistentVolumeClaim?.claimName, ephemeral && claimNameOf(metadata.name, volume.name));
  }
  return { secrets, configmaps, persistentvolumeclaims: claims };
}

/** Whatever kind of storage it is, these are the fields that name a secret. */
function secretsOf({ name: _name, ...sources }: Volume): readonly (string | undefined)[] {
  return Object.values(sources).flatMap((source) => {
    const { secretName, secretRef, nodePublishSecretRef } = source as {
      readonly secretName?: string;
      readonly secretRef?: Named;
      readonly nodePublishSecretRef?: Named;
    };
    return [secretName, secretRef?.name, nodePublishSecretRef?.name];
  });
}

/** A secret that a node needs for a volume. */
export interface SecretOfVolume {
  readonly namespace: string;
  readonly name: string;
}

interface NamedIn {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** The secrets that the node of a volume's pod needs; those that only controllers need are not among them. Pure. */
export function volumeSecrets({ spec }: PersistentVolume): readonly SecretOfVolume[] {
  const { claimRef } = spec;
  if (claimRef === undefined) return [];
  return Object.values(spec).flatMap((part) => {
    if (typeof part !== 'object' || part === null) return [];
    const { secretName, secretNamespace, secretRef, nodePublishSecretRef, nodeStageSecretRef, nodeExpandSecretRef } =
      part as {
        readonly secretName?: string;
        readonly secretNamespace?: string;
        readonly secretRef?: NamedIn;
        readonly nodePublishSecretRef?: NamedIn;
        readonly nodeStageSecretRef?: NamedIn;
        readonly nodeExpandSecretRef?: NamedIn;
      };
    const share = secretName === undefined ? undefined : { name: secretName, namespace: secretNamespace };
    const found = [share, secretRef, nodePublishSecretRef, nodeStageSecretRef, nodeExpandSecretRef];
    return found.flatMap((one) =>
      one?.name ? [{ name: one.name, namespace: one.namespace || (claimRef.namespace ?? '') }] : [],
    );
  });
}
