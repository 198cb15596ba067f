import { findCondition } from '#kinds/meta/conditions.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';

/** Events by which a pod or its job tells what keeps it from starting, and which show in no status. */
export const telling: ReadonlySet<string> = new Set(['FailedCreate', 'FailedCreatePodSandBox', 'FailedMount']);

/** What keeps a pod from running, as "Reason: message", in the words that its status has for it. An ordinary exit of a container is
 *  no trouble: its output tells more. */
export function podTroubles({ status }: Pod): readonly string[] {
  const { initContainerStatuses = [], containerStatuses = [], reason = '', message = '' } = status;
  const placed = findCondition(status.conditions, 'PodScheduled');
  return [
    ...(placed?.status === 'False' ? [sentence(placed.reason, placed.message)] : []),
    ...(reason === '' ? [] : [sentence(reason, message)]),
    ...[...initContainerStatuses, ...containerStatuses].flatMap(containerTroubles),
  ];
}

function containerTroubles({ state }: ContainerStatus): readonly string[] {
  const { waiting, terminated } = state;
  if (waiting?.message) return [sentence(waiting.reason, waiting.message)];
  // Without an id it never ran.
  const failed = terminated !== undefined && terminated.containerID === undefined;
  return failed && terminated.message ? [sentence(terminated.reason, terminated.message)] : [];
}

function sentence(reason = '', message = ''): string {
  return [reason, message].filter((part) => part !== '').join(': ');
}
