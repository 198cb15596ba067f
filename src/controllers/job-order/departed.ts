import { endingOf } from '#kinds/job/dependency-progress.ts';
import type { Job } from '#kinds/job/schema.ts';
import { keyOf } from '#kinds/meta/object.ts';

/** The last states of Jobs that ended, and were deleted before those that wait for them could note it. */
export class Departed {
  private readonly byUid = new Map<string, Job>();
  private readonly uidsByKey = new Map<string, readonly string[]>();

  /** Does nothing for a Job that has not ended: that it is gone is all there is to know. */
  remember(job: Job): void {
    if (endingOf(job) === undefined) return;
    const { uid } = job.metadata;
    const key = keyOf(job.metadata);
    this.byUid.set(uid, job);
    this.uidsByKey.set(key, [...(this.uidsByKey.get(key) ?? []), uid]);
  }

  of(uid: string): Job | undefined {
    return this.byUid.get(uid);
  }

  /** Forgets all Jobs that were called so. */
  forget(key: string): void {
    for (const uid of this.uidsByKey.get(key) ?? []) this.byUid.delete(uid);
    this.uidsByKey.delete(key);
  }
}
