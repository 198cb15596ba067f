import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { claimClassOf } from '#kinds/persistent-volume-claim/class.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import type { StorageClass } from '#kinds/storage-class/schema.ts';
import { findVolume, isForClaim, isFullyBound, mismatch, noProvisioner, waitsForConsumer } from '#placement/volumes.ts';

/** What is known when a claim is looked at. */
export interface ClaimView {
  volumes(): readonly PersistentVolume[];
  volume(name: string): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
  /** Pods that use the claim and have no node yet. */
  waitingPods(claim: PersistentVolumeClaim): readonly string[];
}

export interface Note {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** What to do with a claim. */
export type ClaimPlan =
  | { readonly to: 'bind'; readonly volume: PersistentVolume }
  | { readonly to: 'wait'; readonly note?: Note }
  /** Somebody else makes the volume. */
  | { readonly to: 'ask'; readonly provisioner: string; readonly note: Note }
  /** The volume it had is gone. */
  | { readonly to: 'lose'; readonly note: Note };

/** The next step of a claim, in upstream's words. Pure. */
export function planClaim(claim: PersistentVolumeClaim, view: ClaimView): ClaimPlan {
  if (isFullyBound(claim) || claim.status.phase === 'Lost') return planBound(claim, view);
  const { volumeName } = claim.spec;
  if (volumeName) return planNamed(claim, view.volume(volumeName));
  const className = claimClassOf(claim) ?? '';
  const storageClass = className === '' ? undefined : view.storageClass(className);
  const waits = waitsForConsumer(claim, storageClass);
  const volume = findVolume(claim, view.volumes(), { waits });
  if (volume !== undefined) return { to: 'bind', volume };
  if (waits) return { to: 'wait', note: noteOfWaiting(view.waitingPods(claim)) };
  if (className === '') {
    return wait(
      'Normal',
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    );
  }
  return planProvision(className, storageClass);
}

function planBound(claim: PersistentVolumeClaim, view: ClaimView): ClaimPlan {
  const { volumeName } = claim.spec;
  if (!volumeName) {
    return lose('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  }
  const volume = view.volume(volumeName);
  if (volume === undefined) {
    return lose('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  }
  const { claimRef } = volume.spec;
  if (claimRef === undefined || claimRef.uid === claim.metadata.uid) return { to: 'bind', volume };
  return lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

/** The claim says which volume it wants. */
function planNamed(claim: PersistentVolumeClaim, volume: PersistentVolume | undefined): ClaimPlan {
  // The volume may come yet.
  if (volume === undefined) return { to: 'wait' };
  const { name } = volume.metadata;
  if (volume.spec.claimRef === undefined) {
    const problem = mismatch(claim, volume);
    if (problem === undefined) return { to: 'bind', volume };
    return wait('Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${problem}`);
  }
  if (isForClaim(volume, claim)) return { to: 'bind', volume };
  return wait('Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`);
}

function planProvision(className: string, storageClass: StorageClass | undefined): ClaimPlan {
  const reason = 'ProvisioningFailed';
  if (storageClass === undefined) {
    return wait('Warning', reason, `storageclass.storage.k8s.io "${className}" not found`);
  }
  const { provisioner } = storageClass;
  if (provisioner === noProvisioner) {
    return wait('Warning', reason, `no volume plugin matched name: ${provisioner}`);
  }
  const message =
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system ` +
    'administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
  return { to: 'ask', provisioner, note: { type: 'Normal', reason: 'ExternalProvisioning', message } };
}

function noteOfWaiting(pods: readonly string[]): Note {
  if (pods.length === 0) {
    const message = 'waiting for first consumer to be created before binding';
    return { type: 'Normal', reason: 'WaitForFirstConsumer', message };
  }
  const message =
    pods.length === 1
      ? `waiting for pod ${pods[0]} to be scheduled`
      : `waiting for pods ${pods.join(',')} to be scheduled`;
  return { type: 'Normal', reason: 'WaitForPodScheduled', message };
}

function wait(type: Note['type'], reason: string, message: string): ClaimPlan {
  return { to: 'wait', note: { type, reason, message } };
}

function lose(reason: string, message: string): ClaimPlan {
  return { to: 'lose', note: { type: 'Warning', reason, message } };
}
