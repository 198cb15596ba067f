import type { Entry, Revision, StoreEvent, Write, WriteResult } from '#store/store.ts';

/** What a write comes to. Without an `event` nothing is to be written. */
export interface Decision {
  readonly event: StoreEvent | undefined;
  readonly result: WriteResult;
}

/** Decides `write` against `current`, what its key holds after all earlier writes; `revision` is the next one. */
export function decide(write: Write, current: Entry | undefined, revision: Revision): Decision {
  if (write.expect !== undefined && write.expect !== (current?.modRevision ?? 0)) {
    return { event: undefined, result: { ok: false, current } };
  }
  const result: WriteResult = { ok: true, revision, previous: current };
  if (write.op === 'put') {
    const createRevision = current?.createRevision ?? revision;
    const entry: Entry = { key: write.key, value: write.value, createRevision, modRevision: revision };
    return { event: { type: 'put', entry, previous: current, revision }, result };
  }
  // There is nothing to delete, so there is no event and no revision is spent.
  if (current === undefined) return { event: undefined, result: { ok: false, current } };
  return { event: { type: 'delete', key: write.key, previous: current, revision }, result };
}
