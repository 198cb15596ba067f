import type { Millis } from '#base/units.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreNotFound } from '#reconcile/ignored-errors.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const type = 'DisruptionTarget';
/** Whoever says that a pod is to go deletes it next. */
const staleMs: Millis = 120_000;
const workers = 1;
const retry = { msBase: 5, msMax: 60_000 };

/** Takes back what a pod's condition says of its coming end when nobody has deleted it within two minutes: whoever wanted to has
 *  died in between (API field `status.conditions` of Pod, type DisruptionTarget). */
export function createStaleDisruptionController(deps: ControllerDeps): Controller {
  const { client, clock, informers, log } = deps;
  const cache = informers.of(pods);
  const queue = new WorkQueue(clock, retry);

  async function reconcile(key: string): Promise<ReconcileResult> {
    const pod = cache.get(key);
    const since = pod === undefined ? undefined : announcedAt(pod);
    if (pod === undefined || since === undefined) return 'done';
    const now = clock.now();
    if (since + staleMs > now) return { after: since + staleMs - now, background: true };
    const { namespace, name, uid, generation } = pod.metadata;
    const condition = {
      type,
      status: 'False',
      reason: null,
      message: null,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: timestamp(now),
    };
    const body = { metadata: { uid }, status: { conditions: [condition] } };
    await client
      .patch(pods, { namespace, name }, { type: 'strategic', body }, { subresource: 'status' })
      .catch(ignoreNotFound);
    return 'done';
  }

  const look = (pod: Pod): void => {
    if (announcedAt(pod) !== undefined) queue.add(keyOf(pod.metadata));
  };
  return createQueuedController({
    ...{ name: 'stale-disruption', queue, reconcile, workers, caches: [cache], log },
    follow: () => [cache.subscribe({ added: look, updated: look })],
  });
}

/** When somebody said that the pod is to go; undefined if nobody did, or it goes. A kubelet may take its time. */
function announcedAt({ metadata, status }: Pod): Millis | undefined {
  if (metadata.deletionTimestamp !== undefined || isTerminalPhase(status.phase)) return undefined;
  const condition = findCondition(status.conditions, type);
  if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet') return undefined;
  return condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : 0;
}
