import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Millis } from '#base/units.ts';
import type { Probe } from '#kinds/pod/schema/probes.ts';
import {
  beginCheck,
  type CheckOutcome,
  dueChecks,
  endCheck,
  endProber,
  newProber,
  nextCheckAt,
  type Prober,
  type ProberInput,
  verdictOf,
} from '#node/probes/prober.ts';

type Times = Partial<Omit<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'>>;

interface Case {
  readonly startup?: Times;
  readonly liveness?: Times;
  readonly readiness?: Times;
  readonly adopted?: ProberInput['adopted'];
}

function proberOf({ startup, liveness, readiness, adopted }: Case): Prober {
  const container = {
    ...(startup === undefined ? {} : { startupProbe: startup as Probe }),
    ...(liveness === undefined ? {} : { livenessProbe: liveness as Probe }),
    ...(readiness === undefined ? {} : { readinessProbe: readiness as Probe }),
  };
  const made = newProber({ container, startedAt: 0, now: 0, ...(adopted === undefined ? {} : { adopted }) });
  assert(made !== undefined);
  return made;
}

/** Lets time run until `end` seconds, with checks that take no time; tells what was asked when. */
function run(prober: Prober, end: number, answer: (kind: string, second: number) => CheckOutcome) {
  const asked: string[] = [];
  let now: Millis | undefined = nextCheckAt(prober);
  for (; now !== undefined && now <= end * 1000; now = nextCheckAt(prober)) {
    for (const kind of dueChecks(prober, now)) {
      asked.push(`${kind}@${now / 1000}`);
      prober = beginCheck(prober, kind, now);
      prober = endCheck(prober, kind, answer(kind, now / 1000), now);
    }
  }
  return { prober, asked, verdict: verdictOf(prober) };
}

test('a container without probes has no prober', () => {
  assert.equal(newProber({ container: {}, startedAt: 0, now: 0 }), undefined);
});

test('checks begin after the initial delay and come once a period', () => {
  const { asked } = run(proberOf({ readiness: { initialDelaySeconds: 3, periodSeconds: 5 } }), 20, () => 'success');
  assert.deepEqual(asked, ['readiness@3', 'readiness@8', 'readiness@13', 'readiness@18']);
});

test('defaults are a check every ten seconds, one success to pass and three failures in a row to fail', () => {
  const alive = (at: number): CheckOutcome => (at === 20 ? 'success' : 'failure');
  const { asked, verdict } = run(proberOf({ liveness: {} }), 100, (_kind, at) => alive(at));
  assert.deepEqual(asked, ['liveness@0', 'liveness@10', 'liveness@20', 'liveness@30', 'liveness@40', 'liveness@50']);
  assert.deepEqual(verdict, { started: true, ready: true, failed: 'liveness', grace: undefined });
});

test('readiness is false at first, comes and goes by its thresholds, and is asked for ever', () => {
  const times = { periodSeconds: 1, successThreshold: 2, failureThreshold: 2 };
  const answers = 'sSfsffss';
  const ready: boolean[] = [];
  let prober = proberOf({ readiness: times });
  assert.equal(verdictOf(prober).ready, false);
  for (const [second, answer] of [...answers].entries()) {
    const outcome = answer.toLowerCase() === 's' ? 'success' : 'failure';
    prober = endCheck(beginCheck(prober, 'readiness', second * 1000), 'readiness', outcome, second * 1000);
    ready.push(verdictOf(prober).ready);
  }
  assert.deepEqual(ready, [false, true, true, true, true, false, false, true]);
  assert.equal(verdictOf(prober).failed, undefined);
  assert.equal(nextCheckAt(prober), 8_000);
});

test('nothing but the startup probe runs until it succeeds, then readiness is asked at once and startup never again', () => {
  const times = { periodSeconds: 10 };
  const prober = proberOf({ startup: { periodSeconds: 3, failureThreshold: 9 }, liveness: times, readiness: times });
  assert.equal(verdictOf(prober).started, false);
  const answer = (kind: string, at: number): CheckOutcome => (kind === 'startup' && at < 6 ? 'failure' : 'success');
  const { asked, verdict } = run(prober, 20, answer);
  assert.deepEqual(asked.slice(0, 3), ['startup@0', 'startup@3', 'startup@6']);
  assert(asked.includes('readiness@6'));
  assert(!asked.slice(3).some((check) => check.startsWith('startup')));
  assert.deepEqual(verdict, { started: true, ready: true, failed: undefined, grace: undefined });
});

test('a startup that fails for good, or a death, is told once with the grace of its own probe, and not asked again', () => {
  const startup = { periodSeconds: 1, failureThreshold: 2, terminationGracePeriodSeconds: 4 };
  const never = run(proberOf({ startup, readiness: {} }), 60, () => 'failure');
  assert.deepEqual(never.asked, ['startup@0', 'startup@1']);
  assert.deepEqual(never.verdict, { started: false, ready: false, failed: 'startup', grace: 4_000 });
  assert.equal(nextCheckAt(never.prober), undefined);
});

test('an error is no answer: it neither counts nor breaks a row', () => {
  const answers: CheckOutcome[] = ['failure', 'error', 'failure', 'error', 'failure'];
  const { asked, verdict } = run(proberOf({ liveness: {} }), 40, (_kind, at) => answers[at / 10] ?? 'success');
  assert.equal(asked.length, 5);
  assert.equal(verdict.failed, 'liveness');
});

test('a pod that ends is not killed for its probes, and still asked whether it is ready', () => {
  const dead = run(proberOf({ liveness: {}, readiness: {} }), 30, () => 'failure').prober;
  assert.equal(verdictOf(dead).failed, 'liveness');
  const ending = endProber(dead);
  assert.equal(verdictOf(ending).failed, undefined);
  const { asked } = run(ending, 60, () => 'success');
  assert(asked.length > 0 && asked.every((check) => check.startsWith('readiness')));
  const unstarted = endProber(proberOf({ startup: {}, readiness: {} }));
  assert.deepEqual(dueChecks(unstarted, 0), ['readiness']);
});

test('a container that ran before the agent keeps its word until the probes know, and is asked within a period', () => {
  const adopted = { started: true, ready: true, spread: 0.5 };
  const prober = proberOf({ startup: {}, readiness: { periodSeconds: 10, failureThreshold: 1 }, adopted });
  assert.deepEqual(verdictOf(prober), { started: true, ready: true, failed: undefined, grace: undefined });
  assert.equal(nextCheckAt(prober), 5_000);
  assert.equal(run(prober, 5, () => 'failure').verdict.ready, false);
});
