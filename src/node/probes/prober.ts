import type { Millis } from '#base/units.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Probe } from '#kinds/pod/schema/probes.ts';

/** What a probe decides about. */
export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** How one check went. An error says nothing about the container, and is not counted. */
export type CheckOutcome = 'success' | 'failure' | 'error';

/** What one probe has found out about one run of a container. */
interface Finding {
  readonly probe: Probe;
  /** 'unknown' counts as not started for startup, as not ready for readiness, as alive for liveness. */
  readonly result: 'unknown' | 'success' | 'failure';
  readonly last: CheckOutcome | undefined;
  /** How often the last outcome came in a row. */
  readonly streak: number;
  /** When the next check is to be made; undefined for never again. */
  readonly dueAt: Millis | undefined;
}

/** The probes of one run of one container (spec: node-agent.md section 10). A restart begins with a new value. */
export interface Prober {
  readonly startup: Finding | undefined;
  readonly liveness: Finding | undefined;
  readonly readiness: Finding | undefined;
  /** The pod is ending: it is not killed for its probes any more, but still asked whether it is ready. */
  readonly ending: boolean;
}

export interface ProberInput {
  readonly container: Pick<Container, 'startupProbe' | 'livenessProbe' | 'readinessProbe'>;
  readonly startedAt: Millis;
  readonly now: Millis;
  /** For a container that ran before this agent began: what it was said to be, which holds until the probes know better, and
   *  a number in [0, 1) that spreads the first checks over a period. */
  readonly adopted?: { readonly started: boolean; readonly ready: boolean; readonly spread: number };
}

/** What follows from the probes so far. */
export interface ProbeVerdict {
  readonly started: boolean;
  readonly ready: boolean;
  /** The container is to be killed, for this probe. */
  readonly failed: 'startup' | 'liveness' | undefined;
  /** Instead of the pod's, for a kill that `failed` asks for. */
  readonly grace: Millis | undefined;
}

const kinds = ['startup', 'liveness', 'readiness'] as const;

/** The probes of a container that has just been started, or found running. Undefined when it has none. */
export function newProber(input: ProberInput): Prober | undefined {
  const { startupProbe, livenessProbe, readinessProbe } = input.container;
  if (startupProbe === undefined && livenessProbe === undefined && readinessProbe === undefined) return undefined;
  return {
    startup: newFinding(startupProbe, input, input.adopted?.started),
    liveness: newFinding(livenessProbe, input, undefined),
    readiness: newFinding(readinessProbe, input, input.adopted?.ready),
    ending: false,
  };
}

function newFinding(probe: Probe | undefined, input: ProberInput, former: boolean | undefined): Finding | undefined {
  if (probe === undefined) return undefined;
  const { startedAt, now, adopted } = input;
  const delayed = startedAt + (probe.initialDelaySeconds ?? 0) * 1000;
  const spread = adopted === undefined ? now : now + Math.floor(adopted.spread * periodOf(probe));
  const dueAt = Math.max(delayed, spread);
  return { probe, result: former === true ? 'success' : 'unknown', last: undefined, streak: 0, dueAt };
}

/** Until the container has started only the startup probe runs; after that, it never does. */
function isActive(prober: Prober, kind: ProbeKind): boolean {
  if (kind !== 'readiness' && prober.ending) return false;
  const started = prober.startup === undefined || prober.startup.result === 'success' || prober.ending;
  return kind === 'startup' ? !started : started;
}

/** The checks to make now. */
export function dueChecks(prober: Prober, now: Millis): readonly ProbeKind[] {
  return kinds.filter((kind) => isActive(prober, kind) && (prober[kind]?.dueAt ?? Number.POSITIVE_INFINITY) <= now);
}

/** When the next check is due; undefined if none is. */
export function nextCheckAt(prober: Prober): Millis | undefined {
  const dues = kinds.filter((kind) => isActive(prober, kind)).flatMap((kind) => prober[kind]?.dueAt ?? []);
  return dues.length === 0 ? undefined : Math.min(...dues);
}

/** Notes that a check has begun: the next one is a period later, however long this one takes. */
export function beginCheck(prober: Prober, kind: ProbeKind, now: Millis): Prober {
  const finding = prober[kind];
  if (finding === undefined) return prober;
  return { ...prober, [kind]: { ...finding, dueAt: now + periodOf(finding.probe) } };
}

/** Takes in how a check went. Below its threshold an outcome changes nothing; a container that is found dead, or that never
 *  came up, is not asked again, as it will be killed. */
export function endCheck(prober: Prober, kind: ProbeKind, outcome: CheckOutcome, now: Millis): Prober {
  const finding = prober[kind];
  if (finding === undefined || outcome === 'error' || !isActive(prober, kind)) return prober;
  const { probe } = finding;
  const streak = finding.last === outcome ? finding.streak + 1 : 1;
  const threshold = outcome === 'success' ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
  const counted = { ...finding, last: outcome, streak };
  if (streak < threshold) return { ...prober, [kind]: counted };
  const onHold = outcome === 'failure' && kind !== 'readiness';
  const decided: Finding = { ...counted, result: outcome, dueAt: onHold ? undefined : finding.dueAt };
  const next = { ...prober, [kind]: decided };
  const { readiness } = prober;
  // Whoever has just started is asked at once, not a period later.
  const awakes = kind === 'startup' && outcome === 'success' && readiness !== undefined;
  return awakes ? { ...next, readiness: { ...readiness, dueAt: now } } : next;
}

/** The pod is being torn down (spec: node-agent.md section 10, "During termination"). */
export function endProber(prober: Prober): Prober {
  return prober.ending ? prober : { ...prober, ending: true };
}

/** How the container stands. */
export function verdictOf(prober: Prober): ProbeVerdict {
  const { startup, liveness, readiness, ending } = prober;
  const started = startup === undefined || startup.result === 'success';
  const ready = started && (readiness === undefined || readiness.result === 'success');
  const failing = ([['startup', startup] as const, ['liveness', liveness] as const] as const).find(
    ([, finding]) => finding?.result === 'failure',
  );
  if (failing === undefined || ending) return { started, ready, failed: undefined, grace: undefined };
  const seconds = failing[1]?.probe.terminationGracePeriodSeconds;
  return { started, ready, failed: failing[0], grace: seconds === undefined ? undefined : seconds * 1000 };
}

function periodOf(probe: Probe): Millis {
  return (probe.periodSeconds ?? 10) * 1000;
}
