import { RetiredValue, StoredValue } from '#store/sqlite/load.ts';
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
 *  deletion. The first records the new oldest revision and removes nothing: by when rows go, nobody is shown what they held, and
 *  those left by a crash are known as left over.
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
      const mayBeHeld = value instanceof StoredValue && !(value instanceof RetiredValue);
      rows.push(mayBeHeld ? { revision: modRevision, unread: value } : { revision: modRevision });
    }
    if (type === 'delete') rows.push({ revision });
  }
  const record = { kind: 'forget', compacted, remove: [], last: rows.length === 0 } as const;
  const steps: ForgetStep[] = compacted === undefined ? [] : [{ job: record, unread: [] }];
  for (let at = 0; at < rows.length; at += rowsMax) {
    const part = rows.slice(at, at + rowsMax);
    const remove = part.map((row) => row.revision);
    const last = at + rowsMax >= rows.length;
    steps.push({
      job: { kind: 'forget', compacted: undefined, remove, last },
      unread: part.flatMap((row) => row.unread ?? []),
    });
  }
  return steps;
}
