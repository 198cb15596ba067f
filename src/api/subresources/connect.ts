import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Target } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { readObject } from '../read.ts';
import { chooseContainer } from './choose-container.ts';

/** Refuses to open a stream into a pod (spec: api.md sections 19.4 to 19.6): for want of a pod, of a container, of a node, of a
 *  request to upgrade the connection, or, all these given, because streams are not served. `container` is the name asked for. */
export async function refuseConnect(
  core: ApiCore,
  target: Target & { readonly name: string },
  container: string,
  upgrades: boolean,
): Promise<never> {
  const pod = (await readObject(core.objects, target, undefined)) as Pod;
  if (target.subresource !== 'portforward') chooseContainer(pod, container);
  if (!pod.spec.nodeName) throw apiErrors.badRequest(`pod ${target.name} does not have a host assigned`);
  if (!upgrades) throw apiErrors.badRequest('Upgrade request required');
  throw new ApiError({
    code: 501,
    message: `the server opens no streams into pods: pods/${target.subresource} is not available`,
  });
}
