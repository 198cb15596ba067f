import type { Millis } from '#base/units.ts';
import { finishTime } from '#controllers/job/pod-facts.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** What a Job without per-index limits remembers of its failures, in memory only. */
export interface BackOffRecord {
  /** Failures since the last success. */
  readonly failures: number;
  /** When the latest of them ended; undefined without failures. */
  readonly lastFailureAt: Millis | undefined;
}

export const noFailures: BackOffRecord = { failures: 0, lastFailureAt: undefined };

const delayMsBase: Millis = 10_000;
const delayMsMax: Millis = 600_000;

/** The record after these pods ended: failures add up, a success starts anew with what failed after it
 *  (spec: job.md section 6.10). */
export function nextRecord(record: BackOffRecord, succeeded: readonly Pod[], failed: readonly Pod[]): BackOffRecord {
  if (succeeded.length === 0 && failed.length === 0) return record;
  const lastSuccessAt = latest(succeeded);
  const failures = failed.map(finishTime).filter((at) => lastSuccessAt === undefined || at > lastSuccessAt);
  const before = lastSuccessAt === undefined ? record.failures : 0;
  if (failures.length === 0) return noFailures;
  return { failures: before + failures.length, lastFailureAt: Math.max(...failures) };
}

function latest(pods: readonly Pod[]): Millis | undefined {
  return pods.length === 0 ? undefined : Math.max(...pods.map(finishTime));
}

/** How long after the last failure a new pod must wait: 10 s after the first, doubling up to 10 min. */
export function delayAfter(failures: number): Millis {
  return failures === 0 ? 0 : Math.min(delayMsBase * 2 ** (failures - 1), delayMsMax);
}

/** How long to wait from `now` on; 0 when pods may be created. */
export function remainingDelay({ failures, lastFailureAt }: BackOffRecord, now: Millis): Millis {
  return lastFailureAt === undefined ? 0 : Math.max(0, lastFailureAt + delayAfter(failures) - now);
}
