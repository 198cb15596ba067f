import { sleep } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { LifecycleHandler } from '#kinds/pod/schema/probes.ts';
import type { PodDeps } from '#node/pods/pod-deps.ts';
import { hostPort } from '#node/probes/check-result.ts';
import { type CheckTarget, httpCheckOf, staticWords } from '#node/probes/checker.ts';
import { getOnce } from '#node/probes/http-check.ts';

/** Carries out what a lifecycle handler asks for (spec: node-agent.md section 11). Throws when it failed; any HTTP answer is a
 *  success. `limit` ends a command; whoever waits for the rest sees to that himself, through `signal`. */
export async function runHook(
  handler: LifecycleHandler,
  target: CheckTarget,
  { runtime, clock }: Pick<PodDeps, 'runtime' | 'clock'>,
  limit: Millis,
  signal: AbortSignal,
): Promise<void> {
  const { exec, httpGet, sleep: wait } = handler;
  if (exec !== undefined) {
    const { exitCode, output } = await runtime.exec(
      target.id,
      staticWords(exec.command ?? [], target.container),
      limit,
    );
    if (exitCode !== 0) throw new Error(`the command exited with ${exitCode}: ${output}`);
  } else if (wait !== undefined) {
    await sleep(clock, wait.seconds * 1000, signal);
  } else if (httpGet !== undefined && runtime.probed) {
    const check = httpCheckOf(httpGet, target.container, target.podIP, 'kube-lifecycle/1.36');
    const url = new URL(check.path, `${check.scheme}://${hostPort(check.address)}`);
    const answer = await getOnce(url, check, signal);
    if (typeof answer === 'string') throw new Error(answer);
  }
}
