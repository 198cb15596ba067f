import type { Millis } from '#base/units.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Ended } from '#node/pods/instance.ts';

/** Whether a container that ended so is to be started again, as long as its pod lives (spec: node-agent.md section 6). */
export function shouldRestart(
  container: Pick<Container, 'restartPolicy' | 'restartPolicyRules'>,
  podPolicy: string,
  isInit: boolean,
  exit: Pick<Ended, 'exitCode'>,
): boolean {
  if (container.restartPolicy !== undefined) {
    const rule = container.restartPolicyRules?.find(
      ({ exitCodes }) => exitCodes !== undefined && applies(exitCodes, exit),
    );
    return rule !== undefined || byPolicy(container.restartPolicy, exit);
  }
  return byPolicy(isInit && podPolicy === 'Always' ? 'OnFailure' : podPolicy, exit);
}

/** Whether a container that was killed for its probes or its hook is started again: any policy but Never will do. */
export function mayRestart(policy: string | undefined): boolean {
  return policy !== 'Never';
}

function applies(
  rule: { operator: string; values?: readonly number[] },
  { exitCode }: Pick<Ended, 'exitCode'>,
): boolean {
  return (rule.values ?? []).includes(exitCode) === (rule.operator === 'In');
}

function byPolicy(policy: string, { exitCode }: Pick<Ended, 'exitCode'>): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

export interface BackOffLimits {
  readonly msBase: Millis;
  readonly msMax: Millis;
}

/** Upstream's numbers; tests may want others. */
export const backOffDefaults: BackOffLimits = { msBase: 10_000, msMax: 300_000 };

/** How long the next restart of a container waits after its exit; undefined before the first restart, which waits not. */
export type BackOff = { readonly delay: Millis; readonly updatedAt: Millis } | undefined;

/** When a container that ended at `finishedAt` may start again. A long run forgets what was before. */
export function restartAt(backOff: BackOff, finishedAt: Millis, limits: BackOffLimits): Millis {
  return backOff === undefined || isForgotten(backOff, finishedAt, limits) ? finishedAt : finishedAt + backOff.delay;
}

/** The back-off after a restart at `now` of what ended at `finishedAt`. */
export function backOffAfterRestart(
  backOff: BackOff,
  finishedAt: Millis,
  now: Millis,
  limits: BackOffLimits,
): NonNullable<BackOff> {
  const fresh = backOff === undefined || isForgotten(backOff, finishedAt, limits);
  const delay = fresh ? limits.msBase : backOff.delay * 2;
  return { delay: Math.min(delay, limits.msMax), updatedAt: now };
}

function isForgotten(backOff: NonNullable<BackOff>, finishedAt: Millis, limits: BackOffLimits): boolean {
  return finishedAt - backOff.updatedAt > 2 * limits.msMax;
}

/** A span as Go prints durations of whole seconds: 10s, 1m20s, 5m0s. */
export function goSeconds(span: Millis): string {
  const seconds = Math.round(span / 1000);
  if (span < 1000) return `${span}ms`;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
