import type { Clock } from '#base/clock.ts';
import { sleep } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random, RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { events } from '#kinds/event/event.ts';
import type { Event } from '#kinds/event/schema.ts';
import { isAlreadyExists, isApiError, isNamespaceTerminating, isNotFound } from '#kinds/meta/errors.ts';
import type { KubeObject, New, ObjectRef } from '#kinds/meta/object.ts';
import type { ObjectReference } from '#kinds/meta/references.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { type Correlated, EventCorrelator } from '#reconcile/event-correlator.ts';

export type EventType = 'Normal' | 'Warning';

/** Tells users, through Event objects, what happened to an object. */
export interface Recorder {
  /** Notes that `reason` happened to `object`, and returns at once. Never throws; delivery is best effort.
   *  `fieldPath` names the part meant, such as "spec.containers{main}". */
  event(object: KubeObject, type: EventType, reason: string, message: string, fieldPath?: string): void;
}

export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Who speaks, such as "job-controller". */
  readonly component: string;
  /** On which node, if on one. */
  readonly host?: string;
}

/** So many wait to be sent at most; more are dropped. */
const pendingMax = 1000;
/** What is normal leaves room for warnings. */
const normalPendingMax = 800;
/** How often, and how far apart, the API is tried when it does not answer. */
const triesMax = 12;
const retryMs: Millis = 10_000;

/** Sends core/v1 Events, one request at a time: equal ones raise the count of the first, a flood about one object is
 *  combined and then cut off (spec: api.md section 20, node-agent.md section 33). */
export class EventRecorder implements Recorder {
  private readonly options: EventRecorderOptions;
  private readonly correlator: EventCorrelator;
  private readonly stream: RandomStream;
  private readonly pending: Correlated[] = [];
  private readonly abort = new AbortController();
  private sending: Promise<void> | undefined;
  /** How many found no room since the last time nothing waited. */
  private dropped = 0;

  constructor(options: EventRecorderOptions) {
    this.options = options;
    this.correlator = new EventCorrelator();
    this.stream = options.random.stream(`events/${options.component}`);
  }

  event(object: KubeObject, type: EventType, reason: string, message: string, fieldPath?: string): void {
    if (this.abort.signal.aborted) return;
    const involvedObject = referenceOf(object, fieldPath);
    const correlated = this.correlator.observe({ involvedObject, type, reason, message }, this.options.clock.now());
    if (correlated === undefined) return;
    if (this.pending.length >= (type === 'Warning' ? pendingMax : normalPendingMax)) {
      // Once a flood: a line for each would cost more than the event, and hide what else there is to say.
      if (this.dropped++ === 0) this.options.log.info('Dropping events: too many are waiting to be sent');
      return;
    }
    this.pending.push(correlated);
    this.sending ??= this.send();
  }

  /** Resolves when nothing waits to be sent. */
  async flushed(): Promise<void> {
    while (this.sending !== undefined) await this.sending;
  }

  /** Drops what waits; later events are ignored. */
  stop(): void {
    this.pending.length = 0;
    this.abort.abort(new Error('The event recorder was stopped'));
  }

  private async send(): Promise<void> {
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) {
      try {
        await this.deliver(next);
      } catch (error) {
        // A namespace that goes takes its events along: nobody misses this one.
        if (this.abort.signal.aborted || isNamespaceTerminating(error)) continue;
        this.options.log.warn('Could not write an event', { error });
      }
    }
    this.sending = undefined;
    this.dropped = 0;
  }

  /** A refusal by the API is final; no answer at all is waited out. */
  private async deliver(correlated: Correlated): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.write(correlated);
      } catch (error) {
        if (isApiError(error) || tries >= triesMax) throw error;
        await sleep(this.options.clock, retryMs / 2 + this.stream.int(retryMs), this.abort.signal);
      }
    }
  }

  private async write({ entry, count, firstAt, lastAt, message }: Correlated): Promise<void> {
    const { client } = this.options;
    const lastTimestamp = timestamp(lastAt);
    if (count > 1 && entry.stored !== undefined) {
      try {
        const body = { count, lastTimestamp, message };
        await client.patch(events, entry.stored, { type: 'strategic', body });
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    const event = this.compose(entry.subject, { message, count, firstTimestamp: timestamp(firstAt), lastTimestamp });
    try {
      entry.stored = await client.create(events, event).then((made): ObjectRef => made.metadata);
    } catch (error) {
      // Our own earlier attempt arrived after all.
      if (!isAlreadyExists(error)) throw error;
      entry.stored = { namespace: event.metadata.namespace, name: event.metadata.name ?? '' };
    }
  }

  private compose(
    subject: Correlated['entry']['subject'],
    counted: Pick<Event, 'message' | 'count' | 'firstTimestamp' | 'lastTimestamp'>,
  ): New<Event> {
    const { component, host } = this.options;
    const { involvedObject, type, reason } = subject;
    const event: Omit<New<Event>, 'eventTime'> = {
      metadata: {
        namespace: involvedObject.namespace ?? 'default',
        name: `${involvedObject.name}.${this.suffix()}`,
      },
      involvedObject,
      reason,
      type,
      ...counted,
      source: { component, ...(host === undefined ? {} : { host }) },
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
    // The schema writes eventTime always, as null when there is none, as here: an absent one is the same.
    return event as New<Event>;
  }

  /** Unlike all others, also those of other processes: nanoseconds since the epoch, the part below a millisecond drawn. */
  private suffix(): string {
    return (BigInt(this.options.clock.now()) * 1_000_000n + BigInt(this.stream.int(1_000_000))).toString(16);
  }
}

function referenceOf(object: KubeObject, fieldPath: string | undefined): ObjectReference & { readonly name: string } {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    uid,
    apiVersion: object.apiVersion,
    resourceVersion,
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
}
