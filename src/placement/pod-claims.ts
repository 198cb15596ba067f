import type { Node } from '#kinds/node/schema.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { claimClassOf } from '#kinds/persistent-volume-claim/class.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { claimOfVolume, isOwnClaim } from '#kinds/pod/claims.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { StorageClass, TopologySelectorTerm } from '#kinds/storage-class/schema.ts';
import type { Demand } from '#placement/demand.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { type Refusal, refusals } from '#placement/refusal.ts';
import { findVolume, isFullyBound, isReachable, noProvisioner, selectedNode } from '#placement/volumes.ts';

/** What is known of claims and volumes. */
export interface StorageView {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  volumes(): readonly PersistentVolume[];
  storageClass(name: string): StorageClass | undefined;
}

/** What a pod's claims ask of its node. */
export interface ClaimDemand {
  /** The volumes it has; undefined for one that is not there. */
  readonly bound: readonly (PersistentVolume | undefined)[];
  /** Claims that get a volume once the node is chosen. */
  readonly open: readonly PersistentVolumeClaim[];
  /** The names of claims that only one pod may use at a time. */
  readonly exclusive: readonly string[];
}

/** Where the volume of an open claim comes from: one that is there, or else it is to be made. */
export interface ClaimChoice {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume | undefined;
}

/** The claims of a pod, or in upstream's words why no node does for them. Pure. */
export function claimDemandOf(pod: Pod, view: StorageView): ClaimDemand | { readonly refusal: string } {
  const bound: (PersistentVolume | undefined)[] = [];
  const open: PersistentVolumeClaim[] = [];
  const exclusive: string[] = [];
  let immediate = false;
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimOfVolume(pod, volume);
    if (name === undefined) continue;
    const claim = view.claim(pod.metadata.namespace, name);
    const problem = problemOf(claim, name, pod, volume.ephemeral !== undefined);
    if (claim === undefined || problem !== undefined) return { refusal: problem ?? '' };
    if (claim.spec.accessModes?.includes('ReadWriteOncePod')) exclusive.push(name);
    if (isFullyBound(claim)) bound.push(view.volume(claim.spec.volumeName ?? ''));
    else if (!claim.spec.volumeName && isLate(claim, view)) open.push(claim);
    else immediate = true;
  }
  return immediate ? { refusal: 'pod has unbound immediate PersistentVolumeClaims' } : { bound, open, exclusive };
}

/** Whether the claims let the pod run on the node. */
export function checkClaims({ bound, open }: ClaimDemand, node: Node, view: StorageView): Refusal | undefined {
  if (bound.includes(undefined)) return refusals.volumeMissing;
  if (bound.some((volume) => volume !== undefined && !isReachable(volume, node))) return refusals.volumeConflict;
  if (bound.some((volume) => volume !== undefined && !isInZoneOf(volume, node))) return refusals.volumeZone;
  return open.length === 0 || chooseVolumes(open, node, view) !== undefined ? undefined : refusals.volumeNone;
}

/** Whether another pod, anywhere, has a claim that only one pod may use. */
export function isTaken({ exclusive }: ClaimDemand, { pod }: Demand, loads: readonly NodeLoad[]): boolean {
  if (exclusive.length === 0) return false;
  const { namespace, uid } = pod.metadata;
  const uses = (other: Demand): boolean =>
    other.pod.metadata.namespace === namespace &&
    other.pod.metadata.uid !== uid &&
    other.claims.some((name) => exclusive.includes(name));
  return loads.some((load) => [...load.pods].some(uses));
}

/** A volume for each claim on that node; undefined if one of them can have none there. */
export function chooseVolumes(
  open: readonly PersistentVolumeClaim[],
  node: Node,
  view: StorageView,
): readonly ClaimChoice[] | undefined {
  const taken = new Set<string>();
  const choices: ClaimChoice[] = [];
  for (const claim of open) {
    const selected = claim.metadata.annotations?.[selectedNode];
    if (selected !== undefined && selected !== node.metadata.name) return undefined;
    const volume = selected === undefined ? findVolume(claim, view.volumes(), { node, taken }) : undefined;
    if (volume === undefined && !canBeMade(claim, node, view)) return undefined;
    if (volume !== undefined) taken.add(volume.metadata.name);
    choices.push({ claim, volume });
  }
  return choices;
}

function problemOf(
  claim: PersistentVolumeClaim | undefined,
  name: string,
  pod: Pod,
  ephemeral: boolean,
): string | undefined {
  const quoted = JSON.stringify(name);
  if (claim === undefined) {
    if (ephemeral) return `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`;
    return `persistentvolumeclaim ${quoted} not found`;
  }
  if (claim.status.phase === 'Lost') {
    const volume = JSON.stringify(claim.spec.volumeName ?? '');
    return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${volume}`;
  }
  if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim ${quoted} is being deleted`;
  if (!ephemeral || isOwnClaim(pod, claim)) return undefined;
  const { namespace } = pod.metadata;
  return `PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`;
}

function isLate(claim: PersistentVolumeClaim, view: StorageView): boolean {
  const name = claimClassOf(claim) ?? '';
  return name !== '' && view.storageClass(name)?.volumeBindingMode === 'WaitForFirstConsumer';
}

const zoneLabels = [
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
];

/** Whether the volume, as far as its labels say where it is, is where the node is. A node that says nothing may be anywhere; a
 *  volume may be in several zones: "a__b". */
function isInZoneOf({ metadata }: PersistentVolume, { metadata: { labels = {} } }: Node): boolean {
  if (zoneLabels.every((label) => labels[label] === undefined)) return true;
  return zoneLabels.every((label) => {
    const zones = metadata.labels?.[label]?.split('__');
    return zones === undefined || zones.includes(labels[label] ?? '');
  });
}

function canBeMade(claim: PersistentVolumeClaim, node: Node, view: StorageView): boolean {
  const storageClass = view.storageClass(claimClassOf(claim) ?? '');
  if (storageClass === undefined || storageClass.provisioner === noProvisioner) return false;
  const { allowedTopologies = [] } = storageClass;
  return allowedTopologies.length === 0 || allowedTopologies.some((term) => isIn(term, node));
}

function isIn({ matchLabelExpressions = [] }: TopologySelectorTerm, { metadata }: Node): boolean {
  return (
    matchLabelExpressions.length > 0 &&
    matchLabelExpressions.every(({ key, values }) => values.includes(metadata.labels?.[key] ?? ''))
  );
}
