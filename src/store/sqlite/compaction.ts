import { StoredValue } from '#store/sqlite/load.ts';
import type { WriterJob } from '#store/sqlite/writer-jobs.ts';
import type { Revision, StoreEvent } from '#store/store.ts';

/** Rows removed in one transaction: few enough that a write never waits long behind one. */
const rowsMax = 500;

/** One transaction of a compaction. */
export interface ForgetStep {
  readonly job: Extract<WriterJob, { kind: 'forget' }>;
  /** Values still unread whose rows this step removes. Someone may hold them, so they are read first. */
  readonly unread: readonly StoredValue[];
}

/** The transactions that forget `events`, which end at revision `compacted`: what they replaced, and their own traces of
 *  deletion. The first records the new oldest revision, so that rows left by a crash after it are known as left over.
 *  `leftOver` are such rows of earlier times. */
export function forgetSteps(
  compacted: Revision | undefined,
  events: readonly StoreEvent[],
  leftOver: readonly Revision[],
): readonly ForgetStep[] {
  const rows: { revision: Revision; unread?: StoredValue }[] = leftOver.map((revision) => ({ revision }));
  for (const { type, previous, revision } of events) {
    if (previous !== undefined) {
      const { value, modRevision } = previous;
      rows.push(value instanceof StoredValue ? { revision: modRevision, unread: value } : { revision: modRevision });
    }
    if (type === 'delete') rows.push({ revision });
  }
  const steps: ForgetStep[] = [];
  for (let at = 0; at === 0 || at < rows.length; at += rowsMax) {
    const part = rows.slice(at, at + rowsMax);
    const remove = part.map((row) => row.revision);
    const last = at + rowsMax >= rows.length;
    steps.push({
      job: { kind: 'forget', compacted: at === 0 ? compacted : undefined, remove, last },
      unread: part.flatMap((row) => row.unread ?? []),
    });
  }
  return steps;
}
