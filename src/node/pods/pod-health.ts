import { present } from '#base/assert.ts';
import type { Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Probe } from '#kinds/pod/schema/probes.ts';
import type { Condemned, Health, HealthOf } from '#node/pods/health.ts';
import { runHook } from '#node/pods/hooks.ts';
import type { PodDeps } from '#node/pods/pod-deps.ts';
import type { CheckResult } from '#node/probes/check-result.ts';
import { check } from '#node/probes/checker.ts';
import {
  beginCheck,
  dueChecks,
  endCheck,
  endProber,
  newProber,
  nextCheckAt,
  type ProbeKind,
  type Prober,
  verdictOf,
} from '#node/probes/prober.ts';
import type { Container as RuntimeContainer } from '#node/runtime/runtime.ts';

/** A check that could not be made is made again at once, so many times in all. */
const triesMax = 3;
/** A container that ran so long before the agent began keeps what was said of it. */
const settledMs: Millis = 10_000;
/** The longest that a command may be given; a postStart hook has no limit of its own. */
const unlimitedMs: Millis = 2 ** 31 - 1;

/** One run of a container that has probes or a postStart hook. */
interface Patient {
  readonly container: Container;
  readonly isInit: boolean;
  readonly id: string;
  prober: Prober | undefined;
  hooking: boolean;
  condemned: Condemned | undefined;
  /** Checks under way: one of a kind at a time. */
  readonly checking: Set<ProbeKind>;
  timer: Timer | undefined;
  running: boolean;
}

export interface PodHealthOptions {
  readonly deps: Pick<PodDeps, 'clock' | 'runtime' | 'events' | 'jitter'>;
  readonly pod: () => Pod;
  readonly podIP: () => string;
  /** When the agent first saw the pod. */
  readonly since: Millis;
  /** `look` would say something else now. */
  readonly onChange: () => void;
}

/** Probes the containers of one pod and runs their postStart hooks. What follows from it is for `planPod` to say. */
export class PodHealth {
  private readonly options: PodHealthOptions;
  private readonly patients = new Map<string, Patient>();
  private readonly abort = new AbortController();
  private ending = false;

  constructor(options: PodHealthOptions) {
    this.options = options;
  }

  /** How the containers stand, after taking in which of them run. */
  look(containers: readonly RuntimeContainer[]): HealthOf {
    for (const live of containers) {
      if (live.state.is === 'running') this.admit(live);
      else this.discharge(live.id);
    }
    return new Map([...this.patients.values()].map((patient) => [patient.id, healthOf(patient)]));
  }

  /** The container has just been started: its postStart hook begins. */
  started({ id, state }: RuntimeContainer, container: Container, isInit: boolean): void {
    const { postStart } = container.lifecycle ?? {};
    if (postStart === undefined || state.is !== 'running' || this.patients.get(id)?.hooking === true) return;
    const patient = this.patients.get(id) ?? newPatient(id, container, isInit);
    this.patients.set(id, patient);
    patient.hooking = true;
    patient.prober = newProber({ container, startedAt: state.startedAt, now: this.options.deps.clock.now() });
    void this.hook(patient, postStart);
  }

  /** Asks no more. */
  stop(): void {
    this.abort.abort(new Error('The pod is not looked after any more'));
    for (const patient of this.patients.values()) patient.timer?.cancel();
    this.patients.clear();
  }

  private async hook(patient: Patient, postStart: NonNullable<Container['lifecycle']>['postStart']): Promise<void> {
    const { deps, pod } = this.options;
    try {
      await runHook(present(postStart, 'the hook'), this.targetOf(patient), deps, unlimitedMs, this.abort.signal);
    } catch {
      if (patient.running && !this.abort.signal.aborted) {
        deps.events.warnContainer(pod(), patient.container.name, 'FailedPostStartHook', 'PostStartHook failed');
        patient.condemned = { message: 'FailedPostStartHook', grace: undefined };
      }
    }
    patient.hooking = false;
    this.arm(patient);
    this.options.onChange();
  }

  private admit({ id, name, state }: RuntimeContainer): void {
    if (this.patients.has(id) || !this.options.deps.runtime.probed) return;
    const { pod, since, deps } = this.options;
    const { containers, initContainers = [] } = pod().spec;
    const isInit = initContainers.some((one) => one.name === name);
    const container = (isInit ? initContainers : containers).find((one) => one.name === name);
    if (container === undefined) return;
    const { startedAt } = state;
    const adopted = startedAt < since ? { adopted: this.former(name, isInit, startedAt) } : {};
    const prober = newProber({ container, startedAt, now: deps.clock.now(), ...adopted });
    if (prober === undefined) return;
    const patient = newPatient(id, container, isInit);
    patient.prober = this.ending ? endProber(prober) : prober;
    this.patients.set(id, patient);
    this.arm(patient);
  }

  private former(name: string, isInit: boolean, startedAt: Millis) {
    const { status } = this.options.pod();
    const statuses = isInit ? status.initContainerStatuses : status.containerStatuses;
    const settled = this.options.since - startedAt > settledMs;
    const before = settled ? statuses?.find((one) => one.name === name) : undefined;
    const spread = this.options.deps.jitter.next();
    return { started: before?.started === true, ready: before?.ready === true, spread };
  }

  /** It has ended; only why it was killed is still of interest. */
  private discharge(id: string): void {
    const patient = this.patients.get(id);
    if (patient?.running !== true) return;
    patient.running = false;
    patient.hooking = false;
    patient.timer?.cancel();
    if (patient.condemned === undefined) this.patients.delete(id);
  }

  /** The pod is being torn down: from now on only readiness is asked for. */
  end(): void {
    if (this.ending) return;
    this.ending = true;
    for (const patient of this.patients.values()) {
      if (patient.prober !== undefined) patient.prober = endProber(patient.prober);
      this.arm(patient);
    }
  }

  private arm(patient: Patient): void {
    patient.timer?.cancel();
    const { prober } = patient;
    if (prober === undefined || patient.hooking || !patient.running || this.abort.signal.aborted) return;
    const at = nextCheckAt(prober);
    if (at === undefined) return;
    const { clock } = this.options.deps;
    patient.timer = clock.after(at - clock.now(), () => this.tick(patient), { background: true });
  }

  private tick(patient: Patient): void {
    const now = this.options.deps.clock.now();
    for (const kind of patient.prober === undefined ? [] : dueChecks(patient.prober, now)) {
      if (patient.prober !== undefined) patient.prober = beginCheck(patient.prober, kind, now);
      if (!patient.checking.has(kind)) void this.check(patient, kind);
    }
    this.arm(patient);
  }

  private async check(patient: Patient, kind: ProbeKind): Promise<void> {
    const { deps, onChange } = this.options;
    const probe = patient.container[`${kind}Probe`];
    if (probe === undefined) return;
    patient.checking.add(kind);
    const result = await this.ask(patient, probe);
    patient.checking.delete(kind);
    const { prober } = patient;
    if (!patient.running || prober === undefined || this.abort.signal.aborted) return;
    const before = verdictOf(prober);
    const outcome = result.outcome === 'warning' ? 'success' : result.outcome;
    patient.prober = endCheck(prober, kind, outcome, deps.clock.now());
    this.tell(patient, kind, result);
    const { started, ready, failed, grace } = verdictOf(patient.prober);
    if (failed !== undefined && patient.condemned === undefined) {
      const who = patient.isInit ? 'Init container' : 'Container';
      patient.condemned = { message: `${who} ${patient.container.name} failed ${failed} probe`, grace };
    }
    this.arm(patient);
    if (started !== before.started || ready !== before.ready || failed !== before.failed) onChange();
  }

  private async ask(patient: Patient, probe: Probe): Promise<CheckResult> {
    for (let tries = 1; ; tries++) {
      const result = await check(probe, this.targetOf(patient), this.options.deps);
      if (result.outcome !== 'error' || tries === triesMax || !patient.running) return result;
    }
  }

  private targetOf({ container, id }: Patient) {
    return { container, id, podIP: this.options.podIP() };
  }

  private tell({ container }: Patient, kind: ProbeKind, { outcome, output }: CheckResult): void {
    const name = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
    const pod = this.options.pod();
    const { events } = this.options.deps;
    const say = (reason: string, text: string): void => events.warnContainer(pod, container.name, reason, text);
    if (outcome === 'failure') say('Unhealthy', `${name} probe failed: ${output}`);
    if (outcome === 'warning') say('ProbeWarning', `${name} probe warning: ${output}`);
    if (outcome === 'error') say('Unhealthy', `${name} probe errored and resulted in unknown state: ${output}`);
  }
}

function newPatient(id: string, container: Container, isInit: boolean): Patient {
  const idle = { prober: undefined, hooking: false, condemned: undefined, timer: undefined, running: true };
  return { id, container, isInit, ...idle, checking: new Set() };
}

function healthOf({ prober, hooking, condemned, running }: Patient): Health {
  const verdict = prober === undefined ? { started: true, ready: true } : verdictOf(prober);
  const well = running && !hooking;
  return { started: well && verdict.started, ready: well && verdict.ready, hooking, condemned };
}
