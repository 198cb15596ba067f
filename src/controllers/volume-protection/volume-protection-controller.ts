import { type KubeObject, keyOf } from '#kinds/meta/object.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { volumeProtection } from '#kinds/persistent-volume/rules.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { claimProtection } from '#kinds/persistent-volume-claim/rules.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreRaces } from '#reconcile/ignored-errors.ts';
import { claimKeysOf, indexByClaim, podsUsingClaim } from '#reconcile/pod-indexes.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const retry = { msBase: 5, msMax: 60_000 };

/** Lets a deleted claim go once no pod uses it any more. A pod counts from when it has a node until it is deleted, even if it has
 *  ended: its node may still hold the volume (upstream's pvc-protection). */
export function createClaimProtection(deps: ControllerDeps): Controller {
  const { client, informers, log } = deps;
  const queue = new WorkQueue(deps.clock, retry);
  const claims = informers.of(persistentVolumeClaims);
  const podCache = informers.of(pods);
  indexByClaim(podCache);

  async function reconcile(key: string): Promise<ReconcileResult> {
    const claim = claims.get(key);
    if (claim === undefined) return 'done';
    const isUsed = (): boolean => podsUsingClaim(podCache, key).some(({ spec }) => Boolean(spec.nodeName));
    const metadata = protectedMetadata(claim, claimProtection, isUsed);
    if (metadata !== undefined) {
      await client.update(persistentVolumeClaims, { ...claim, metadata }).catch(ignoreRaces);
    }
    return 'done';
  }

  const claimSeen = ({ metadata }: PersistentVolumeClaim): void => queue.add(keyOf(metadata));
  const podSeen = (pod: Pod): void => {
    for (const key of claimKeysOf(pod)) queue.add(key);
  };
  const follow = () => [
    claims.subscribe({ added: claimSeen, updated: claimSeen }),
    podCache.subscribe({ deleted: podSeen }),
  ];
  const caches = [claims, podCache];
  return createQueuedController({ name: 'pvc-protection', queue, reconcile, workers: 1, caches, log, follow });
}

/** Lets a deleted volume go once no claim is bound to it any more (upstream's pv-protection). */
export function createVolumeProtection(deps: ControllerDeps): Controller {
  const { client, informers, log } = deps;
  const queue = new WorkQueue(deps.clock, retry);
  const volumes = informers.of(persistentVolumes);

  async function reconcile(key: string): Promise<ReconcileResult> {
    const volume = volumes.get(key);
    if (volume === undefined) return 'done';
    const metadata = protectedMetadata(volume, volumeProtection, () => volume.status.phase === 'Bound');
    if (metadata !== undefined) await client.update(persistentVolumes, { ...volume, metadata }).catch(ignoreRaces);
    return 'done';
  }

  const seen = ({ metadata }: PersistentVolume): void => queue.add(metadata.name);
  const follow = () => [volumes.subscribe({ added: seen, updated: seen })];
  return createQueuedController({
    name: 'pv-protection',
    queue,
    reconcile,
    workers: 1,
    caches: [volumes],
    log,
    follow,
  });
}

/** The metadata with the finalizer added or taken away; undefined if it is as it should be. */
export function protectedMetadata<T extends KubeObject>(
  { metadata }: T,
  finalizer: string,
  isUsed: () => boolean,
): T['metadata'] | undefined {
  const { finalizers = [], deletionTimestamp } = metadata;
  const has = finalizers.includes(finalizer);
  if (deletionTimestamp === undefined) {
    return has ? undefined : { ...metadata, finalizers: [...finalizers, finalizer] };
  }
  if (!has || isUsed()) return undefined;
  return { ...metadata, finalizers: finalizers.filter((one) => one !== finalizer) };
}
