import { setCondition } from '#kinds/meta/conditions.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { DeleteOptions, Status } from '#kinds/meta/schema.ts';
import { noTime, timestamp } from '#kinds/meta/time.ts';
import type { Eviction } from '#kinds/pod/schema/eviction.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { RequestContext, Target, WriteRequest } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { deleteObject } from '../delete.ts';
import { checkDeleteOptions, checkPreconditions, isDryRun, plainDelete } from '../delete-options.ts';
import { modify } from '../modify.ts';
import { sealed } from '../object-value.ts';
import { takeFromBudget } from './disruption-budget.ts';
import { created } from './success.ts';

/** Deletes a pod on somebody's behalf who does not own it, and says so in its status (spec: api.md section 19.7). */
export async function evictPod(
  core: ApiCore,
  context: RequestContext,
  target: Target & { readonly name: string },
  eviction: Eviction,
  request: WriteRequest,
): Promise<Status> {
  const { resource, namespace, name } = target;
  if (eviction.metadata.name !== name) {
    throw apiErrors.badRequest('name in URL does not match name in Eviction object');
  }
  const asked: DeleteOptions = { ...plainDelete, ...eviction.deleteOptions };
  const options: DeleteOptions = request.dryRun ? { ...asked, dryRun: ['All'] } : asked;
  checkDeleteOptions(options);
  const pod = { resource, namespace, name };
  await core.objects.upToDate();
  const standing = core.objects.peek(resource, namespace, name) as Pod | undefined;
  if (standing !== undefined) {
    checkPreconditions(pod, standing, options);
    await takeFromBudget(core, standing, isDryRun(options));
  }
  const { object } = await modify(core, pod, isDryRun(options), (current) => {
    checkPreconditions(pod, current, options);
    return { do: 'put', object: sealed(resource, disrupted(current as Pod, timestamp(core.clock.now()))) };
  });
  // The condition has made a new revision: a precondition on the old one has served its purpose.
  const preconditions = { uid: object.metadata.uid };
  await deleteObject(core, context, pod, { ...options, preconditions });
  return created();
}

function disrupted(pod: Pod, at: string): Pod {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    lastProbeTime: noTime,
    lastTransitionTime: at,
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  return { ...pod, status: { ...pod.status, conditions: setCondition(pod.status.conditions, condition) } };
}
