import { type Clock, sleep } from '#base/clock.ts';
import { jsonEqual } from '#base/json.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { isApiError, isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodCondition, PodStatus } from '#kinds/pod/schema/status.ts';

export interface StatusWriterOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  /** The newest version of the pod that this node has seen. */
  readonly pod: () => Pod;
  /** The API took a status: this is the pod as it is now. */
  readonly onWritten: (pod: Pod) => void;
}

const retryMsMin: Millis = 500;
const retryMsMax: Millis = 10_000;

/** Tells the API how one pod fares: one request at a time, only what differs, the latest status in place of all that waited. */
export class StatusWriter {
  private readonly options: StatusWriterOptions;
  private wanted: PodStatus | undefined;
  private writing = false;
  private failures = 0;
  private readonly abort = new AbortController();

  constructor(options: StatusWriterOptions) {
    this.options = options;
  }

  /** Wants the pod to have this status. Returns at once; tries until it has, or a later call, or `stop`. */
  want(status: PodStatus): void {
    if (this.abort.signal.aborted) return;
    this.wanted = status;
    if (this.writing) return;
    this.writing = true;
    void this.write().finally(() => {
      this.writing = false;
      // Wanted when the last had been written, and before we came to say so.
      if (this.wanted !== undefined) this.want(this.wanted);
    });
  }

  /** Gives up: the pod is gone, or another program writes from now on. */
  stop(): void {
    this.wanted = undefined;
    this.abort.abort(new Error('The status writer was stopped'));
  }

  private async write(): Promise<void> {
    while (this.wanted !== undefined) {
      const status = this.wanted;
      this.wanted = undefined;
      const delay = await this.attempt(status);
      if (delay === undefined) continue;
      this.wanted ??= status;
      await sleep(this.options.clock, delay, this.abort.signal).catch(() => {});
    }
  }

  /** How long to wait before the next try; undefined when this one settled it. */
  private async attempt(status: PodStatus): Promise<Millis | undefined> {
    const { client, log } = this.options;
    const pod = this.options.pod();
    const changes = changesOf(pod.status, status);
    if (changes === undefined) return undefined;
    const { namespace, name, uid } = pod.metadata;
    // With the uid, so that a successor of the same name is never touched.
    const body = { metadata: { uid }, status: changes };
    try {
      const written = await client.patch(
        pods,
        { namespace, name },
        { type: 'strategic', body },
        { subresource: 'status' },
      );
      this.failures = 0;
      this.options.onWritten(written);
      return undefined;
    } catch (error) {
      if (this.abort.signal.aborted || isNotFound(error) || isConflict(error)) return undefined;
      this.failures++;
      const refused = isApiError(error) && error.code >= 400 && error.code < 500;
      log.warn('Could not write the status of a pod', { pod: `${namespace}/${name}`, error });
      return refused ? retryMsMax : Math.min(retryMsMin * 2 ** this.failures, retryMsMax);
    }
  }
}

/** What `wanted` has that `current` has not, as a strategic merge patch; what is to go is null. Undefined when there is nothing.
 *  Of the conditions, which are merged by type, only those that differ. */
export function changesOf(current: PodStatus, wanted: PodStatus): { readonly [field: string]: unknown } | undefined {
  const changes: { [field: string]: unknown } = {};
  for (const field of new Set([...Object.keys(current), ...Object.keys(wanted)]) as Set<keyof PodStatus>) {
    if (current[field] === wanted[field] || field === 'conditions') continue;
    if (!jsonEqual(current[field], wanted[field])) changes[field] = wanted[field] ?? null;
  }
  const conditions = (wanted.conditions ?? []).flatMap((condition) => {
    const old = findCondition(current.conditions, condition.type);
    return old !== undefined && (old === condition || jsonEqual(old, condition)) ? [] : [replacing(old, condition)];
  });
  if (conditions.length > 0) changes.conditions = conditions;
  return Object.keys(changes).length > 0 ? changes : undefined;
}

/** Merged into the old condition, it leaves nothing of that: a reason of the past would stay beside the new status. */
function replacing(old: PodCondition | undefined, condition: PodCondition): object {
  const gone = Object.keys(old ?? {}).filter((field) => !Object.hasOwn(condition, field));
  return { ...condition, ...Object.fromEntries(gone.map((field) => [field, null])) };
}
