import type { Client } from '#client/client.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { Node } from '#kinds/node/schema.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { claimOfVolume, isOwnClaim } from '#kinds/pod/claims.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { HostPathVolumeSource, Volume } from '#kinds/pod/schema/volumes.ts';
import { VolumeError } from '#node/volumes/payload.ts';
import { isReachable } from '#placement/volumes.ts';

/** Where the data of a claim is on this machine. */
export interface ClaimedVolume {
  readonly hostPath: HostPathVolumeSource;
  readonly readOnly: boolean;
}

/** The volume is on other machines. The message is the whole of what upstream says. */
export class UnreachableVolumeError extends VolumeError {
  override readonly name = 'UnreachableVolumeError';

  constructor({ metadata }: PersistentVolume) {
    super(`MountVolume.NodeAffinity check failed for volume "${metadata.name}" : no matching NodeSelectorTerms`);
  }
}

export interface ClaimedVolumeDeps {
  readonly client: Client;
  /** The node as it is now. */
  readonly readNode: () => Promise<Node>;
}

/** What a volume that stands for a claim is here; undefined for other volumes. Throws `VolumeError` in upstream's words while it
 *  cannot be mounted: a pod that was bound by hand may be where its volume is not (spec: node-agent.md section 19). */
export async function claimedVolume(
  { client, readNode }: ClaimedVolumeDeps,
  pod: Pod,
  volume: Volume,
): Promise<ClaimedVolume | undefined> {
  const name = claimOfVolume(pod, volume);
  if (name === undefined) return undefined;
  const { namespace } = pod.metadata;
  const claim = await readClaim(client, pod, namespace, name);
  if (volume.ephemeral !== undefined && !isOwnClaim(pod, claim)) {
    const why = `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
    throw new VolumeError(`error processing PVC ${namespace}/${name}: ${why}`);
  }
  const bound = await readVolume(client, claim);
  const isElsewhere = async (): Promise<boolean> => !isReachable(bound, await readNode());
  if (bound.spec.nodeAffinity !== undefined && !hasRun(pod) && (await isElsewhere()))
    throw new UnreachableVolumeError(bound);
  const hostPath = directoryOf(bound);
  if (hostPath === undefined)
    throw new VolumeError(`volume "${bound.metadata.name}" is of a kind that this node cannot mount`);
  const modes = bound.spec.accessModes ?? [];
  const onlyReads = modes.length > 0 && modes.every((mode) => mode === 'ReadOnlyMany');
  return { hostPath, readOnly: volume.persistentVolumeClaim?.readOnly === true || onlyReads };
}

async function readClaim(client: Client, pod: Pod, namespace: string, name: string): Promise<PersistentVolumeClaim> {
  const refuse = (why: string): never => {
    throw new VolumeError(`error processing PVC ${namespace}/${name}: ${why}`);
  };
  const claim = await client.get(persistentVolumeClaims, { namespace, name }).catch((error: unknown) => {
    if (isNotFound(error))
      return refuse(`failed to fetch PVC from API server: persistentvolumeclaims "${name}" not found`);
    throw error;
  });
  if (claim.metadata.deletionTimestamp !== undefined && !hasRun(pod)) refuse('PVC is being deleted');
  if (claim.status.phase !== 'Bound' || !claim.spec.volumeName) refuse('PVC is not bound');
  if (claim.spec.volumeMode === 'Block') refuse('block volumes are not supported');
  return claim;
}

/** A pod that has its volumes already keeps them. */
function hasRun({ status }: Pod): boolean {
  const { initContainerStatuses = [], containerStatuses = [] } = status;
  return [...initContainerStatuses, ...containerStatuses].some(({ containerID = '' }) => containerID !== '');
}

async function readVolume(client: Client, { metadata, spec }: PersistentVolumeClaim): Promise<PersistentVolume> {
  const name = spec.volumeName ?? '';
  const volume = await client.get(persistentVolumes, { name });
  if (volume.spec.claimRef?.uid === metadata.uid) return volume;
  throw new VolumeError(
    `PV ${name} spec.claimRef.uid ${volume.spec.claimRef?.uid ?? ''} does not match PVC.UID ${metadata.uid}`,
  );
}

/** A local volume is there already; a path of the machine may be made. */
function directoryOf({ spec }: PersistentVolume): HostPathVolumeSource | undefined {
  if (spec.hostPath !== undefined) return spec.hostPath;
  return spec.local === undefined ? undefined : { path: spec.local.path, type: 'Directory' };
}
