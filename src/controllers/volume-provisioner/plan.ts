import { posix } from 'node:path';
import { findCondition } from '#kinds/meta/conditions.ts';
import type { New } from '#kinds/meta/object.ts';
import { directoryAnnotation } from '#kinds/node/annotations.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import type { StorageClass } from '#kinds/storage-class/schema.ts';
import { selectedNode, waitsForConsumer } from '#placement/volumes.ts';

/** Who makes these volumes: directories below the data directory of a node. */
export const provisioner = 'sampan.dev/host-path';
/** The class that claims without one get. */
export const defaultClassName = 'standard';
/** Holds a volume until its directory is gone. */
export const volumeFinalizer = 'external-provisioner.volume.kubernetes.io/finalizer';
/** Where they are on nodes that do not say; those have no files. */
const directoryDefault = '/var/lib/sampan/volumes';

const provisionedBy = 'pv.kubernetes.io/provisioned-by';
const hostnameLabel = 'kubernetes.io/hostname';

export type ProvisionPlan =
  | { readonly to: 'create'; readonly volume: New<PersistentVolume> }
  | { readonly to: 'wait' }
  /** `reschedule`: the node that was chosen is no longer there, and another may do. */
  | { readonly to: 'refuse'; readonly message: string; readonly reschedule: boolean };

/** The volume to make for a claim, once it is known on which node. `nodes`: all there are. Pure. */
export function planProvision(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass | undefined,
  nodes: readonly Node[],
): ProvisionPlan {
  if (storageClass?.provisioner !== provisioner || claim.spec.volumeName) return { to: 'wait' };
  if (claim.metadata.deletionTimestamp !== undefined || waitsForConsumer(claim, storageClass)) return { to: 'wait' };
  const refuse = (why: string, reschedule = false): ProvisionPlan => ({
    to: 'refuse',
    reschedule,
    message: `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${why}`,
  });
  if (claim.spec.volumeMode === 'Block') return refuse('a directory is no block device');
  if (claim.spec.dataSourceRef !== undefined) return refuse('volumes cannot be filled from others');
  if (claim.spec.selector !== undefined) return refuse('claim.spec.selector is not supported');
  const chosen = claim.metadata.annotations?.[selectedNode];
  const node = chosen === undefined ? firstReady(nodes) : nodes.find(({ metadata }) => metadata.name === chosen);
  if (node === undefined)
    return chosen === undefined ? refuse('no node is ready') : refuse(`node "${chosen}" not found`, true);
  return { to: 'create', volume: volumeFor(claim, storageClass, node) };
}

/** One name for ever: whoever makes it twice makes it once. */
function volumeFor(claim: PersistentVolumeClaim, storageClass: StorageClass, node: Node): New<PersistentVolume> {
  const { namespace, uid, resourceVersion } = claim.metadata;
  const name = `pvc-${uid}`;
  const directory = node.metadata.annotations?.[directoryAnnotation] ?? directoryDefault;
  const hostname = node.metadata.labels?.[hostnameLabel] ?? node.metadata.name;
  const { mountOptions } = storageClass;
  return {
    metadata: { name, annotations: { [provisionedBy]: provisioner }, finalizers: [volumeFinalizer] },
    spec: {
      capacity: { storage: claim.spec.resources.requests?.storage ?? '0' },
      accessModes: claim.spec.accessModes ?? [],
      claimRef: {
        ...{ kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace },
        ...{ name: claim.metadata.name, uid, resourceVersion },
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: 'Filesystem',
      ...(mountOptions === undefined ? {} : { mountOptions }),
      hostPath: { path: posix.join(directory, name), type: 'DirectoryOrCreate' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: hostnameLabel, operator: 'In', values: [hostname] }] }],
        },
      },
    },
  };
}

function firstReady(nodes: readonly Node[]): Node | undefined {
  const ready = nodes.filter(
    ({ spec, status }) => spec.unschedulable !== true && findCondition(status.conditions, 'Ready')?.status === 'True',
  );
  return ready.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

export type ReclaimPlan =
  | { readonly to: 'keep' }
  /** Only the hold on the object is let go; the directory stays. */
  | { readonly to: 'let-go' }
  | { readonly to: 'delete'; readonly hostname: string };

/** What becomes of a volume that was made here. Pure. */
export function planReclaim({ metadata, spec, status }: PersistentVolume): ReclaimPlan {
  if (metadata.annotations?.[provisionedBy] !== provisioner || status.phase === 'Bound') return { to: 'keep' };
  const isDeleted = metadata.deletionTimestamp !== undefined;
  if (spec.persistentVolumeReclaimPolicy === 'Delete' && (isDeleted || status.phase === 'Released')) {
    const [term] = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
    const [hostname = ''] = term?.matchExpressions?.find(({ key }) => key === hostnameLabel)?.values ?? [];
    return { to: 'delete', hostname };
  }
  return isDeleted && metadata.finalizers?.includes(volumeFinalizer) === true ? { to: 'let-go' } : { to: 'keep' };
}
