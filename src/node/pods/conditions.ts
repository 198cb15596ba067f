import { jsonEqual } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import { findCondition, isConditionTrue } from '#kinds/meta/conditions.ts';
import { noTime, timestamp } from '#kinds/meta/time.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus, PodCondition } from '#kinds/pod/schema/status.ts';
import { hasStarted, type Phase } from '#node/pods/phase.ts';

export interface ConditionsInput {
  readonly pod: Pod;
  readonly phase: Phase;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  readonly hasSandbox: boolean;
  readonly now: Millis;
}

interface Finding {
  readonly type: string;
  readonly holds: boolean;
  readonly reason?: string;
  readonly message?: string;
}

/** The pod's conditions (spec: node-agent.md section 4): ours computed anew, the time of their last flip kept, those of other
 *  writers left as they are. */
export function conditionsOf(input: ConditionsInput): readonly PodCondition[] {
  const { pod, phase, hasSandbox, now } = input;
  const containersReady = containersReadyOf(input);
  const findings: Finding[] = [
    { type: 'PodReadyToStartContainers', holds: hasSandbox && phase !== 'Succeeded' && phase !== 'Failed' },
    initializedOf(input),
    readyOf(pod, containersReady),
    containersReady,
    { type: 'PodScheduled', holds: true },
  ];
  const old = pod.status.conditions ?? [];
  const ours = findings.map((finding) => toCondition(finding, old, pod, now));
  const others = old.filter(({ type }) => !findings.some((finding) => finding.type === type));
  return [...ours, ...others];
}

function toCondition(finding: Finding, all: readonly PodCondition[], pod: Pod, now: Millis): PodCondition {
  const status = finding.holds ? 'True' : 'False';
  const before = findCondition(all, finding.type);
  const { generation } = pod.metadata;
  const condition = {
    type: finding.type,
    status,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(now),
    ...(finding.reason === undefined ? {} : { reason: finding.reason }),
    ...(finding.message === undefined ? {} : { message: finding.message }),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  // `lastProbeTime` stays null, which a patch cannot say: what is there already is left as it is.
  const { lastProbeTime: _never, ...old } = before ?? { lastProbeTime: noTime };
  return before !== undefined && jsonEqual(old, condition) ? before : { ...condition, lastProbeTime: noTime };
}

function initializedOf({ pod, phase, initStatuses, statuses }: ConditionsInput): Finding {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, holds: true, reason: 'PodCompleted' };
  const containers = pod.spec.initContainers ?? [];
  if (containers.length === 0 || statuses.some(hasStarted)) return { type, holds: true };
  const incomplete = containers.filter((container) => {
    const status = initStatuses.find(({ name }) => name === container.name);
    return isSidecar(container) ? status?.started !== true : status?.state.terminated?.exitCode !== 0;
  });
  if (incomplete.length === 0) return { type, holds: true };
  const message = `containers with incomplete status: [${incomplete.map(({ name }) => name).join(' ')}]`;
  return { type, holds: false, reason: 'ContainersNotInitialized', message };
}

function containersReadyOf({ pod, phase, initStatuses, statuses }: ConditionsInput): Finding {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, holds: false, reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, holds: false, reason: 'PodFailed' };
  const counted = [
    ...(pod.spec.initContainers ?? [])
      .filter(isSidecar)
      .map(({ name }) => ({ name, status: initStatuses.find((status) => status.name === name) })),
    ...pod.spec.containers.map(({ name }) => ({ name, status: statuses.find((status) => status.name === name) })),
  ];
  const unknown = counted.filter(({ status }) => status === undefined).map(({ name }) => name);
  const unready = counted.filter(({ status }) => status?.ready === false).map(({ name }) => name);
  if (unknown.length === 0 && unready.length === 0) return { type, holds: true };
  const parts = [
    ...(unready.length > 0 ? [`containers with unready status: [${unready.join(' ')}]`] : []),
    ...(unknown.length > 0 ? [`containers with unknown status: [${unknown.join(' ')}]`] : []),
  ];
  return { type, holds: false, reason: 'ContainersNotReady', message: parts.join(', ') };
}

function readyOf(pod: Pod, containersReady: Finding): Finding {
  const type = 'Ready';
  if (!containersReady.holds) return { ...containersReady, type };
  const messages: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    if (isConditionTrue(pod.status.conditions, conditionType)) continue;
    const condition = findCondition(pod.status.conditions, conditionType);
    messages.push(
      condition === undefined
        ? `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
        : `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`,
    );
  }
  if (messages.length === 0) return { type, holds: true };
  return { type, holds: false, reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}
