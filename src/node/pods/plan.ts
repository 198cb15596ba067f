import type { Millis } from '#base/units.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus, PodStatus } from '#kinds/pod/schema/status.ts';
import { conditionsOf } from '#node/pods/conditions.ts';
import { type ContainerView, containerStatus, type Shown } from '#node/pods/container-status.ts';
import type { HealthOf } from '#node/pods/health.ts';
import { type Instance, instancesOf } from '#node/pods/instance.ts';
import type { Ending, PodMemory } from '#node/pods/memory.ts';
import { type Phase, phaseOf } from '#node/pods/phase.ts';
import { isRevived, planStarts, type StartOrder, type StartPlan } from '#node/pods/plan-starts.ts';
import { planKills, planStops, type StopOrder, type StopPlan } from '#node/pods/plan-stops.ts';
import type { BackOffLimits } from '#node/pods/restart.ts';
import type { Container as RuntimeContainer } from '#node/runtime/runtime.ts';

export interface PodInput {
  /** As the API has it. */
  readonly pod: Pod;
  /** Whether the API has it no more. */
  readonly removed: boolean;
  /** All the runtime has of this pod, taken after our last own action. */
  readonly containers: readonly RuntimeContainer[];
  readonly memory: PodMemory;
  /** What probes and hooks say of the containers. */
  readonly health: HealthOf;
  /** Why this node will not run it at all. */
  readonly rejection: { readonly reason: string; readonly message: string } | undefined;
  readonly runtimeName: string;
  readonly hostIP: string;
  readonly limits: BackOffLimits;
  readonly now: Millis;
}

export interface PodPlan {
  /** To be remembered: from the first time it is there, the pod is ending. */
  readonly ending: Ending | undefined;
  /** What the API is to be told; the very one it has when there is nothing new. */
  readonly status: PodStatus;
  readonly starts: readonly StartOrder[];
  readonly stops: readonly StopOrder[];
  /** Containers that stop after these; their preStop hooks begin now. */
  readonly preparations: readonly StopOrder[];
  readonly inBackOff: StartPlan['inBackOff'];
  readonly checkAt: Millis | undefined;
  /** The pod is ending and nothing of it runs any more. */
  readonly over: boolean;
}

const deadlineText = 'Pod was active on the node longer than the specified deadline';
const nothingToStart: StartPlan = { starts: [], shown: new Map(), inBackOff: [], checkAt: undefined, finished: false };

/** The next step of one pod: what to start, what to stop, what to say, when to look again. Pure; called after every change. */
export function planPod(input: PodInput): PodPlan {
  const { pod, now } = input;
  const regulars = pod.spec.containers.map((container) => viewOf(input, container, false));
  const begun = regulars.some(hasInstance);
  const inits = (pod.spec.initContainers ?? [])
    .map((container) => viewOf(input, container, true))
    .map((view) => (begun && isRegularInit(view) && !hasInstance(view) ? { ...view, instances: [forgotten] } : view));
  const guests = planGuests(input);
  const early = endingOf(input);
  const starts =
    early === undefined
      ? planStarts({ pod, inits, regulars, memory: input.memory, limits: input.limits, now })
      : nothingToStart;
  const ending = early ?? (starts.finished ? endingFor(pod, 'completed', now) : undefined);
  const running = input.containers.filter(({ state }) => state.is === 'running');
  const stopping: StopPlan =
    ending === undefined
      ? { stops: planKills(pod, running, input.health), preparations: [] }
      : planStops(pod, running, ending, now);
  const own = statusOf({ input, inits, regulars, starts, ending, quiet: running.length === 0 });
  const status = input.removed || isTerminalPhase(pod.status.phase) ? own : { ...own, ...guests.status };
  const deadline = ending === undefined ? deadlineOf(input) : undefined;
  return {
    ending,
    status,
    // Guests come first: they may be there to find out why the others do not start.
    starts: ending === undefined ? [...guests.starts, ...starts.starts] : starts.starts,
    ...stopping,
    inBackOff: starts.inBackOff,
    checkAt: earliest(earliest(starts.checkAt, deadline), ending === undefined ? guests.checkAt : undefined),
    over: ending !== undefined && running.length === 0,
  };
}

/** What is to become of the pod's ephemeral containers: started once, never again; they count for nothing else (spec:
 *  node-agent.md sections 3 and 6). */
function planGuests(input: PodInput): Pick<StartPlan, 'starts' | 'checkAt'> & { readonly status: Partial<PodStatus> } {
  const { ephemeralContainers = [] } = input.pod.spec;
  if (ephemeralContainers.length === 0) return { starts: [], checkAt: undefined, status: {} };
  const views = ephemeralContainers.map((container) => viewOf(input, container as Container, false));
  const waiting = views.filter((view) => !hasInstance(view));
  const blockedOf = ({ container }: ContainerView) => input.memory.blocked.get(container.name);
  const due = waiting.filter((view) => (blockedOf(view)?.retryAt ?? 0) <= input.now);
  const later = waiting.flatMap((view) => blockedOf(view)?.retryAt ?? []).filter((at) => at > input.now);
  const statuses = views.map((view) => {
    const { reason = 'ContainerCreating', message = '' } = blockedOf(view) ?? {};
    const shown: Shown = hasInstance(view)
      ? { as: 'is' }
      : { as: 'waiting', reason, ...(message === '' ? {} : { message }) };
    // Nobody asks whether they are ready, or waits for them to have started.
    const { started: _started, ...status } = containerStatus(view, shown);
    return { ...status, ready: false };
  });
  return {
    starts: due.map(({ container }) => ({ container, isInit: false, attempt: 0, after: undefined })),
    checkAt: later.length === 0 ? undefined : Math.min(...later),
    status: { ephemeralContainerStatuses: statuses.toSorted((a, b) => (a.name < b.name ? -1 : 1)) },
  };
}

function viewOf(input: PodInput, container: Container, isInit: boolean): ContainerView {
  const { pod, memory, runtimeName, now } = input;
  const { name } = container;
  const containers = input.containers.filter((one) => one.name === name);
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status;
  const statuses = isInit ? initContainerStatuses : [...containerStatuses, ...ephemeralContainerStatuses];
  const instances = instancesOf({
    containers,
    failedStarts: memory.failedStarts.filter((failed) => failed.container === name),
    previous: statuses.find((status) => status.name === name),
    runtimeName,
    messages: memory.messages,
    now,
  });
  const [newest] = instances;
  const live = newest === undefined ? undefined : containers.find(({ id }) => id === newest.runtimeId);
  const health = newest?.runtimeId === undefined ? undefined : input.health.get(newest.runtimeId);
  return { container, isInit, instances, live, health };
}

/** A regular init container of which nothing is known, in a pod whose regular containers have begun: it must have ended well
 *  (spec: node-agent.md section 5, "Missing-instance repair"). */
const forgotten: Instance = {
  attempt: 0,
  runtimeId: undefined,
  containerID: '',
  state: {
    is: 'exited',
    startedAt: undefined,
    finishedAt: 0,
    exitCode: 0,
    reason: 'Completed',
    message:
      'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally',
  },
};

/** Reasons to end that do not depend on how the containers fare. */
function endingOf(input: PodInput): Ending | undefined {
  const { pod, removed, memory, rejection, now } = input;
  const { ending } = memory;
  if (ending !== undefined) return shortened(ending, pod, now);
  if (removed) return endingFor(pod, 'removed', now);
  if (isTerminalPhase(pod.status.phase)) return endingFor(pod, 'finished', now);
  if (pod.metadata.deletionTimestamp !== undefined) return endingFor(pod, 'deleted', now);
  if (rejection !== undefined) return { ...endingFor(pod, 'rejected', now), ...rejection };
  const deadline = deadlineOf(input);
  if (deadline === undefined || now < deadline) return undefined;
  return { ...endingFor(pod, 'deadline', now), reason: 'DeadlineExceeded', message: deadlineText };
}

function endingFor(pod: Pod, why: Ending['why'], since: Millis): Ending {
  return { why, reason: '', message: '', since, grace: graceOf(pod) };
}

function graceOf(pod: Pod): Millis {
  const seconds = pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  return Math.max(1, seconds) * 1000;
}

/** Grace may only shrink; the shorter one counts from when it was given. */
function shortened(ending: Ending, pod: Pod, now: Millis): Ending {
  const grace = graceOf(pod);
  return grace < ending.grace ? { ...ending, grace, since: now } : ending;
}

function deadlineOf({ pod, memory }: PodInput): Millis | undefined {
  const { activeDeadlineSeconds } = pod.spec;
  return activeDeadlineSeconds === undefined ? undefined : startTimeOf(pod, memory) + activeDeadlineSeconds * 1000;
}

function startTimeOf(pod: Pod, memory: PodMemory): Millis {
  return pod.status.startTime === undefined ? memory.seenAt : Date.parse(pod.status.startTime);
}

interface StatusInput {
  readonly input: PodInput;
  readonly inits: readonly ContainerView[];
  readonly regulars: readonly ContainerView[];
  readonly starts: StartPlan;
  readonly ending: Ending | undefined;
  /** Nothing runs. */
  readonly quiet: boolean;
}

/** A finished or removed pod's status is left as it is: final is final. */
function statusOf(parts: StatusInput): PodStatus {
  const { input, ending, quiet } = parts;
  const { pod, memory, hostIP, now } = input;
  if (input.removed || isTerminalPhase(pod.status.phase)) return pod.status;
  if (ending?.why === 'rejected') return rejectedStatus(pod, ending, startTimeOf(pod, memory));
  const { initStatuses, statuses } = containerStatuses(parts);
  const revived = new Set(
    parts.regulars.filter((view) => isRevived(view, pod, memory)).map(({ container }) => container.name),
  );
  const computed = phaseOf({ spec: pod.spec, initStatuses, statuses, ending: ending !== undefined, revived });
  const forced: Phase = ending !== undefined && ending.reason !== '' ? 'Failed' : computed;
  // Failed and Succeeded mean that nothing runs any more: until then the API keeps the former phase (section 3).
  const barred = isTerminalPhase(forced) && !quiet;
  const phase = barred ? formerPhase(pod) : forced;
  const reasons = ending !== undefined && ending.reason !== '' && !barred ? ending : undefined;
  const ip = memory.sandbox?.ip;
  const conditions = conditionsOf({
    pod,
    phase,
    initStatuses,
    statuses,
    hasSandbox: memory.sandbox !== undefined,
    now,
  });
  const { reason: _reason, message: _message, ...kept } = pod.status;
  return {
    ...kept,
    phase,
    conditions,
    ...(reasons === undefined ? {} : { reason: reasons.reason, message: reasons.message }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }),
    startTime: timestamp(startTimeOf(pod, memory)),
    ...(initStatuses.length === 0 ? {} : { initContainerStatuses: initStatuses }),
    containerStatuses: statuses.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...observed(pod),
  };
}

function formerPhase(pod: Pod): Phase {
  return pod.status.phase === 'Running' ? 'Running' : 'Pending';
}

function observed(pod: Pod): Partial<PodStatus> {
  const { generation } = pod.metadata;
  return generation === undefined ? {} : { observedGeneration: generation };
}

function rejectedStatus(pod: Pod, { reason, message }: Ending, startTime: Millis): PodStatus {
  const { conditions = [], qosClass } = pod.status;
  const base = qosClass === undefined ? {} : { qosClass };
  return { ...base, phase: 'Failed', conditions, reason, message, startTime: timestamp(startTime), ...observed(pod) };
}

function containerStatuses({ inits, regulars, starts, ending, quiet }: StatusInput): {
  initStatuses: readonly ContainerStatus[];
  statuses: readonly ContainerStatus[];
} {
  const shown = ending === undefined || !quiet ? starts.shown : shownAtTheEnd(inits, regulars, ending);
  const toStatus = (view: ContainerView): ContainerStatus => {
    const fallback: Shown =
      view.instances.length > 0
        ? { as: 'is' }
        : { as: 'waiting', reason: inits.length > 0 ? 'PodInitializing' : 'ContainerCreating' };
    return containerStatus(view, shown.get(view.container.name) ?? fallback);
  };
  return { initStatuses: inits.map(toStatus), statuses: regulars.map(toStatus) };
}

/** Containers of a pod that was torn down, and that never ran (spec: node-agent.md sections 5 and 12.4). A pod that ended by
 *  itself has none that should have run. */
function shownAtTheEnd(
  inits: readonly ContainerView[],
  regulars: readonly ContainerView[],
  ending: Ending,
): ReadonlyMap<string, Shown> {
  const shown = new Map<string, Shown>();
  if (ending.why === 'completed') return shown;
  const initialized = regulars.some(hasInstance) || inits.filter(isRegularInit).every(succeeded);
  if (initialized) {
    for (const view of regulars) if (!hasInstance(view)) shown.set(view.container.name, { as: 'lost' });
    return shown;
  }
  const last = Math.max(0, inits.findLastIndex(hasInstance));
  for (const view of inits.slice(0, last + 1)) if (!hasInstance(view)) shown.set(view.container.name, { as: 'lost' });
  return shown;
}

function isRegularInit({ container }: ContainerView): boolean {
  return !isSidecar(container);
}

function hasInstance({ instances }: ContainerView): boolean {
  return instances.length > 0;
}

function succeeded({ instances: [newest] }: ContainerView): boolean {
  return newest?.state.is === 'exited' && newest.state.exitCode === 0;
}

function earliest(a: Millis | undefined, b: Millis | undefined): Millis | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
