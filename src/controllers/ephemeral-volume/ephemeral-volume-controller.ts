import { isAlreadyExists, isNotFound } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { ownerReference } from '#kinds/meta/owners.ts';
import { claimNameOf } from '#kinds/persistent-volume-claim/class.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { isOwnClaim } from '#kinds/pod/claims.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

/** Makes the claims of ephemeral volumes, owned by their pods so that they go with them. */
export function createEphemeralVolumeController(deps: ControllerDeps): Controller {
  const { client, informers, log } = deps;
  const queue = new WorkQueue(deps.clock, { msBase: 5, msMax: 60_000 });
  const cache = informers.of(pods);
  const claims = informers.of(persistentVolumeClaims);
  const recorder = new EventRecorder({ ...deps, component: 'ephemeral_volume' });

  async function reconcile(key: string): Promise<ReconcileResult> {
    const pod = cache.get(key);
    if (pod === undefined || !needsClaims(pod)) return 'done';
    for (const { name: volume, ephemeral } of pod.spec.volumes ?? []) {
      const template = ephemeral?.volumeClaimTemplate;
      if (template === undefined) continue;
      const { namespace } = pod.metadata;
      const name = claimNameOf(pod.metadata.name, volume);
      const found = claims.get(`${namespace}/${name}`);
      if (found !== undefined) {
        if (!isOwnClaim(pod, found)) refuse(pod, volume, name);
        continue;
      }
      const { labels, annotations } = template.metadata;
      const metadata = {
        ...{ namespace, name, ownerReferences: [ownerReference(pod, pods)] },
        ...(labels && { labels }),
        ...(annotations && { annotations }),
      };
      try {
        await client.create(persistentVolumeClaims, { metadata, spec: template.spec });
      } catch (error) {
        // The news of the one that is there brings us back; without its namespace the pod goes too.
        if (!isAlreadyExists(error) && !isNotFound(error)) {
          const text = error instanceof Error ? error.message : String(error);
          recorder.event(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume}: create PVC ${name}: ${text}`);
          throw error;
        }
      }
    }
    return 'done';
  }

  function refuse(pod: Pod, volume: string, claim: string): void {
    const { namespace, name } = pod.metadata;
    const text = `PVC ${namespace}/${claim} was not created for pod ${namespace}/${name} (pod is not owner)`;
    recorder.event(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume}: ${text}`);
  }

  const seen = (pod: Pod): void => {
    if (needsClaims(pod)) queue.add(keyOf(pod.metadata));
  };
  const claimGone = ({ metadata }: PersistentVolumeClaim): void => {
    for (const { kind, name } of metadata.ownerReferences ?? []) {
      if (kind === 'Pod') queue.add(`${metadata.namespace}/${name}`);
    }
  };
  return createQueuedController({
    ...{ name: 'ephemeral-volume', queue, reconcile, workers: 1, caches: [cache, claims], log },
    follow: () => [cache.subscribe({ added: seen }), claims.subscribe({ deleted: claimGone })],
    release: () => recorder.stop(),
  });
}

function needsClaims({ metadata, spec, status }: Pod): boolean {
  if (metadata.deletionTimestamp !== undefined || isTerminalPhase(status.phase)) return false;
  return spec.volumes?.some(({ ephemeral }) => ephemeral !== undefined) ?? false;
}
