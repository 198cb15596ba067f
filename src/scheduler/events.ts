import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { events } from '#kinds/event/event.ts';
import type { Event } from '#kinds/event/schema.ts';
import type { New, ObjectRef } from '#kinds/meta/object.ts';
import type { ObjectReference } from '#kinds/meta/references.ts';
import { microTimestamp, noTime } from '#kinds/meta/time.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { eventMessage } from '#scheduler/message.ts';

/** What the scheduler has to say about a pod. */
export interface Note {
  readonly pod: Pod;
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'Scheduled' | 'FailedScheduling' | 'Preempted';
  readonly action: 'Binding' | 'Scheduling' | 'Preempting';
  readonly message: string;
  /** The pod for whose sake it happened. */
  readonly related?: Pod;
}

export interface SchedulerEventsDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly draws: RandomStream;
  readonly log: Logger;
  /** The scheduler's name. */
  readonly component: string;
  readonly host: string;
}

/** One Event object that may be repeated. */
interface Series {
  readonly written: Promise<ObjectRef | undefined>;
  count: number;
  seenAt: Millis;
  writtenAt: Millis;
}

/** Repeats within this time make a series; a series is written at most so often. */
const seriesMs: Millis = 6 * 60_000;
const seriesMax = 1000;
const pendingMax = 1000;
const sendingMax = 4;

/** Events in the newer form (spec: nodes-and-scheduling.md section 7.6): `eventTime` instead of first and last timestamps, and a
 *  series for repeats. Best effort: when too many wait, the rest is dropped, so that events never slow binding down. */
export class SchedulerEvents {
  private readonly deps: SchedulerEventsDeps;
  private readonly pending: (() => Promise<void>)[] = [];
  private readonly series = new Map<string, Series>();
  private sending = 0;
  private dropped = 0;
  private stopped = false;

  constructor(deps: SchedulerEventsDeps) {
    this.deps = deps;
  }

  note(note: Note): void {
    // A pod is bound once: there is nothing to repeat.
    if (note.reason === 'Scheduled') {
      this.later(async () => void (await this.create(note)));
      return;
    }
    const now = this.deps.clock.now();
    const key = seriesKey(note);
    const known = this.series.get(key);
    if (known !== undefined && now - known.seenAt < seriesMs) {
      this.repeat(known, now);
      return;
    }
    const { promise: written, resolve } = Promise.withResolvers<ObjectRef | undefined>();
    this.series.delete(key);
    this.series.set(key, { written, count: 1, seenAt: now, writtenAt: Number.NEGATIVE_INFINITY });
    if (this.series.size > seriesMax) for (const oldest of this.series.keys()) return void this.series.delete(oldest);
    this.later(async () => resolve(await this.create(note)));
  }

  stop(): void {
    this.stopped = true;
    this.pending.length = 0;
  }

  private repeat(series: Series, now: Millis): void {
    series.count++;
    series.seenAt = now;
    if (now - series.writtenAt < seriesMs) return;
    series.writtenAt = now;
    this.later(async () => {
      const ref = await series.written;
      if (ref === undefined) return;
      const body = { series: { count: series.count, lastObservedTime: microTimestamp(now) } };
      await this.deps.client.patch(events, ref, { type: 'strategic', body });
    });
  }

  private later(send: () => Promise<void>): void {
    if (this.stopped) return;
    if (this.pending.length >= pendingMax) {
      if (this.dropped++ === 0) this.deps.log.info('Dropping events: they come faster than they can be written');
      return;
    }
    this.pending.push(send);
    if (this.sending < sendingMax) void this.sendAll();
  }

  private async sendAll(): Promise<void> {
    this.sending++;
    for (let send = this.pending.shift(); send !== undefined; send = this.pending.shift()) {
      try {
        await send();
      } catch (error) {
        if (!this.stopped) this.deps.log.debug('Could not write an event', { error });
      }
    }
    this.sending--;
    this.dropped = 0;
  }

  private async create(note: Note): Promise<ObjectRef | undefined> {
    const { client, clock, draws, component, host } = this.deps;
    const { namespace, name } = note.pod.metadata;
    const event: New<Event> = {
      metadata: { namespace, name: `${name}.${suffix(clock.now(), draws)}` },
      involvedObject: referenceTo(note.pod),
      reason: note.reason,
      message: eventMessage(note.message),
      source: {},
      firstTimestamp: noTime,
      lastTimestamp: noTime,
      type: note.type,
      eventTime: microTimestamp(clock.now()),
      action: note.action,
      ...(note.related === undefined ? {} : { related: referenceTo(note.related) }),
      reportingComponent: component,
      reportingInstance: `${component}-${host}`,
    };
    return (await client.create(events, event)).metadata;
  }
}

/** What is the same event again: said of the same version of the pod. The status says why a try failed, so that another reason
 *  makes another version, and its own event (spec: nodes-and-scheduling.md section 7.6). */
function seriesKey({ pod, type, reason, action, related }: Note): string {
  const about = [pod, related].map((each) => `${each?.metadata.uid}/${each?.metadata.resourceVersion}`);
  return [type, reason, action, ...about].join('\n');
}

/** Unlike all others: nanoseconds since the epoch, the part below a millisecond drawn. */
function suffix(now: Millis, draws: RandomStream): string {
  return (BigInt(now) * 1_000_000n + BigInt(draws.int(1_000_000))).toString(16);
}

function referenceTo({ kind, apiVersion, metadata }: Pod): ObjectReference {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { kind, namespace, name, uid, apiVersion, resourceVersion };
}
