import type { Clock } from '#base/clock.ts';
import { type BackOffRecord, noFailures } from '#controllers/job/backoff.ts';
import { Expectations } from '#reconcile/expectations.ts';

/** What the controller remembers of one Job. */
interface Remembered {
  backOff: BackOffRecord;
  /** The newest revisions this controller has written: of the Job's status, and of its pods. */
  jobRevision: number;
  podRevision: number;
  /** A sync was put off because a cache was older than these. */
  waiting: boolean;
}

/** The Job controller's memory, by uid of the Job. All of it may be lost at any moment: it only bridges the time until the
 *  caches show what this controller has done (spec: job.md section 6.9). */
export class Memory {
  /** Pods asked to be deleted. Until the cache shows it, they must not be taken for active. */
  readonly deletions: Expectations;
  /** Pods that lost the tracking finalizer. Until the cache shows it, they must not be counted again. */
  readonly releases: Expectations;
  private readonly jobs = new Map<string, Remembered>();

  constructor(clock: Clock) {
    this.deletions = new Expectations(clock);
    this.releases = new Expectations(clock);
  }

  of(uid: string): Remembered {
    const known = this.jobs.get(uid);
    if (known !== undefined) return known;
    const fresh = { backOff: noFailures, jobRevision: 0, podRevision: 0, waiting: false };
    this.jobs.set(uid, fresh);
    return fresh;
  }

  isWaiting(uid: string): boolean {
    return this.jobs.get(uid)?.waiting ?? false;
  }

  /** The Job has ended or is gone. */
  forget(uid: string): void {
    this.jobs.delete(uid);
    this.deletions.forget(uid);
    this.releases.forget(uid);
  }
}
