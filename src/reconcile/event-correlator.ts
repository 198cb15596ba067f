import type { Millis } from '#base/units.ts';
import type { ObjectRef } from '#kinds/meta/object.ts';
import type { ObjectReference } from '#kinds/meta/references.ts';

/** What happened to what. */
export interface EventSubject {
  readonly involvedObject: ObjectReference;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** One Event object as we know it: what it says, how often it happened. */
interface Entry {
  readonly subject: EventSubject;
  readonly firstAt: Millis;
  count: number;
  /** Where it is stored, once it is; kept by whoever stores it. */
  stored: ObjectRef | undefined;
}

/** What is to be written: a new Event when `entry.stored` is missing, otherwise its count. */
export interface Correlated {
  readonly entry: Entry;
  readonly message: string;
  readonly count: number;
  readonly firstAt: Millis;
  readonly lastAt: Millis;
}

interface Group {
  readonly messages: Set<string>;
  lastAt: Millis;
}

interface Bucket {
  tokens: number;
  at: Millis;
}

/** So many different messages of one kind about one object within `groupMs`; the next is combined. */
const messagesMax = 9;
const groupMs: Millis = 10 * 60_000;
/** About one object so many events at once, then one each `tokenMs`. */
const tokensMax = 25;
const tokenMs: Millis = 5 * 60_000;
/** Objects and events remembered; the longest unused are forgotten. */
const rememberedMax = 4096;

/** Keeps a flood of events from becoming a flood of objects, by the rules every client-side recorder follows (spec:
 *  node-agent.md section 33): equal events are counted, similar ones combined, the rest cut off. Pure but for its memory. */
export class EventCorrelator {
  private readonly groups = new Map<string, Group>();
  private readonly entries = new Map<string, Entry>();
  private readonly buckets = new Map<string, Bucket>();

  /** What to write about `subject`, which happened at `now`; undefined: nothing, it is one too many. */
  observe(subject: EventSubject, now: Millis): Correlated | undefined {
    const about = JSON.stringify(subject.involvedObject, aboutFields);
    const kind = `${about}\n${subject.type}\n${subject.reason}`;
    const combined = this.combined(kind, subject.message, now);
    const message = combined ? `(combined from similar events): ${subject.message}` : subject.message;
    const entry = this.count(combined ? kind : `${kind}\n${subject.message}`, { ...subject, message }, now);
    if (!this.spend(about, now)) return undefined;
    return { entry, message, count: entry.count, firstAt: entry.firstAt, lastAt: now };
  }

  private combined(kind: string, message: string, now: Millis): boolean {
    const known = recall(this.groups, kind);
    const group =
      known === undefined || now - known.lastAt > groupMs ? { messages: new Set<string>(), lastAt: now } : known;
    group.lastAt = now;
    remember(this.groups, kind, group);
    if (group.messages.has(message)) return false;
    if (group.messages.size >= messagesMax) return true;
    group.messages.add(message);
    return false;
  }

  private count(key: string, subject: EventSubject, now: Millis): Entry {
    const entry = recall(this.entries, key) ?? { subject, firstAt: now, count: 0, stored: undefined };
    entry.count++;
    remember(this.entries, key, entry);
    return entry;
  }

  private spend(about: string, now: Millis): boolean {
    const bucket = recall(this.buckets, about) ?? { tokens: tokensMax, at: now };
    bucket.tokens = Math.min(tokensMax, bucket.tokens + (now - bucket.at) / tokenMs);
    bucket.at = now;
    remember(this.buckets, about, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}

/** The version of the object does not tell two events apart. */
const aboutFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'fieldPath'];

function recall<V>(map: Map<string, V>, key: string): V | undefined {
  const value = map.get(key);
  if (value !== undefined) map.delete(key);
  return value;
}

/** Puts `key` last, that is most recently used. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value);
  if (map.size <= rememberedMax) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
