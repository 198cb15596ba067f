import type { Clock, Timer } from '#base/clock.ts';
import { Heap } from '#base/heap.ts';
import type { Millis } from '#base/units.ts';
import { keyOf } from '#kinds/meta/object.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Rule } from '#placement/refusal.ts';
import { priorityOf } from '#scheduler/cluster.ts';
import { shapeOf } from '#scheduler/shape.ts';

/** Where a waiting pod stands. */
type Standing =
  | { readonly at: 'active' }
  /** Waits for its time; `early`: unless nothing else is to be done. */
  | { readonly at: 'backoff'; readonly until: Millis; readonly early: boolean }
  | { readonly at: 'unschedulable'; readonly since: Millis; readonly shape: string; readonly rules: ReadonlySet<Rule> }
  | { readonly at: 'gated' }
  /** Being tried, or its binding is under way. */
  | { readonly at: 'out' };

/** A pod that waits for a node. */
export interface Waiting {
  readonly key: string;
  pod: Pod;
  readonly order: number;
  /** Tries that found no node. */
  refusals: number;
  /** Tries that went wrong, in a row. */
  errors: number;
  /** Why there was no place, the last time. */
  why: string | undefined;
  /** It is tried again only because that is no longer true. */
  outdated: boolean;
  standing: Standing;
}

/** An entry of a heap; it counts only while the pod still stands as it did. */
interface Place {
  readonly waiting: Waiting;
  readonly standing: Standing;
}

/** Backoff and flush (spec: nodes-and-scheduling.md section 1). */
const backoffMsFirst: Millis = 1000;
const backoffMsMax: Millis = 10_000;
const backoffWindowMs: Millis = 1000;
const unschedulableMsMax: Millis = 5 * 60_000;
const flushMs: Millis = 30_000;
/** When more pods than this wait for the same, keeping what is said of each up to date would cost more than it tells. */
const retoldMax = 100;

/** Pods without a node, by what they wait for (spec: nodes-and-scheduling.md section 7.2). */
export class SchedulingQueue {
  private readonly clock: Clock;
  private readonly wake: () => void;
  private readonly all = new Map<string, Waiting>();
  private readonly active = new Heap<Place>((a, b) => isBefore(a.waiting, b.waiting));
  private readonly backoff = new Heap<Place>(endsBefore);
  /** Refused pods that ask for the same, together: what does not help one of them helps none. */
  private readonly shapes = new Map<string, Map<string, Waiting>>();
  private orders = 0;
  private timer: { readonly at: Millis; readonly handle: Timer } | undefined;
  private flush: Timer | undefined;

  /** `wake` is called when there may be something to `pop` again. */
  constructor(clock: Clock, wake: () => void) {
    this.clock = clock;
    this.wake = wake;
  }

  has(key: string): boolean {
    return this.all.has(key);
  }

  /** Takes in a pod, or a new version of one. A version that asks for something else is tried again. */
  set(pod: Pod): void {
    const key = keyOf(pod.metadata);
    const waiting = this.all.get(key);
    if (waiting === undefined) {
      const added = newcomer(key, pod, this.orders++);
      this.all.set(key, added);
      this.start(added);
      return;
    }
    const before = waiting.pod;
    waiting.pod = pod;
    if (waiting.standing.at === 'gated') this.start(waiting);
    else if (waiting.standing.at === 'unschedulable' && shapeOf(pod, true) !== shapeOf(before, true))
      this.release(waiting);
  }

  /** Tries a refused pod again: what refused it may still hold, but must be said anew. */
  retry(key: string): void {
    const waiting = this.all.get(key);
    if (waiting?.standing.at === 'unschedulable') this.release(waiting);
  }

  remove(key: string): void {
    const waiting = this.all.get(key);
    if (waiting === undefined) return;
    this.all.delete(key);
    const { at } = waiting.standing;
    this.move(waiting, { at: 'out' });
    // It may have been let out on behalf of others like it.
    if (waiting.refusals > 0 && at !== 'unschedulable') this.placed(waiting);
  }

  /** The next pod to try, which is then out. Pods in backoff come early when nothing else is to be done, so that a place that
   *  became free is not left empty; those that met an error are given their rest. */
  pop(): Waiting | undefined {
    this.releaseDue();
    const next = takeValid(this.active) ?? this.takeEarly();
    if (next === undefined) {
      this.arm();
      return undefined;
    }
    this.move(next, { at: 'out' });
    return next;
  }

  /** The pod that is out found no node, for the reasons `why`; only a change to what `rules` look at can help. */
  refused(waiting: Waiting, rules: ReadonlySet<Rule>, why: string): void {
    if (this.all.get(waiting.key) !== waiting) return;
    const isNews = waiting.why !== undefined && waiting.why !== why && !waiting.outdated;
    waiting.why = why;
    waiting.outdated = false;
    waiting.refusals++;
    waiting.errors = 0;
    const aboutPods = rules.has('InterPodAffinity') || rules.has('PodTopologySpread');
    const shape = shapeOf(waiting.pod, aboutPods);
    this.move(waiting, { at: 'unschedulable', since: this.clock.now(), shape, rules });
    if (isNews) this.releaseOutdated(shape, why);
  }

  /** Something went wrong with the pod that is out. It comes again after a rest. */
  failed(waiting: Waiting): void {
    if (this.all.get(waiting.key) !== waiting) return;
    waiting.errors++;
    this.move(waiting, { at: 'backoff', until: this.clock.now() + backoffMs(waiting.errors), early: false });
    this.wake();
  }

  /** The pod found a place: others that ask for the same may find one too. */
  placed({ pod }: Waiting): void {
    if (this.shapes.size === 0) return;
    for (const aboutPods of [false, true]) this.releaseOne(this.shapes.get(shapeOf(pod, aboutPods)));
  }

  /** Releases, of each kind of refused pods, one that `helps` says may now fit. If it does, `placed` brings the next. */
  changed(helps: (pod: Pod, rules: ReadonlySet<Rule>) => boolean): void {
    for (const group of this.shapes.values()) {
      for (const { pod, standing } of group.values()) {
        if (standing.at === 'unschedulable' && helps(pod, standing.rules)) this.releaseOne(group);
        break;
      }
    }
  }

  stop(): void {
    this.timer?.handle.cancel();
    this.flush?.cancel();
    this.all.clear();
    this.shapes.clear();
  }

  private start(waiting: Waiting): void {
    if ((waiting.pod.spec.schedulingGates ?? []).length > 0) this.move(waiting, { at: 'gated' });
    else this.release(waiting);
  }

  /** To be tried: at once the first time, after its backoff otherwise. */
  private release(waiting: Waiting): void {
    const now = this.clock.now();
    const { standing } = waiting;
    const until = standing.at === 'unschedulable' ? standing.since + backoffMs(waiting.refusals) : now;
    // What only has to say something else need not hurry.
    this.move(waiting, until > now ? { at: 'backoff', until, early: !waiting.outdated } : { at: 'active' });
    this.wake();
  }

  private releaseOne(group: ReadonlyMap<string, Waiting> | undefined): void {
    for (const waiting of group?.values() ?? []) {
      this.release(waiting);
      return;
    }
  }

  /** What is said of the others that ask for the same is no longer true either. */
  private releaseOutdated(shape: string, why: string): void {
    const group = this.shapes.get(shape);
    if (group === undefined || group.size > retoldMax) return;
    for (const waiting of [...group.values()]) {
      if (waiting.why === why) continue;
      waiting.outdated = true;
      this.release(waiting);
    }
  }

  private releaseDue(): void {
    const now = this.clock.now();
    for (let top = validTop(this.backoff); top !== undefined && untilOf(top) <= now; top = validTop(this.backoff)) {
      this.move(top.waiting, { at: 'active' });
    }
  }

  private takeEarly(): Waiting | undefined {
    const later: Place[] = [];
    let found: Waiting | undefined;
    for (let top = validTop(this.backoff); top !== undefined && found === undefined; top = validTop(this.backoff)) {
      this.backoff.pop();
      if (top.standing.at === 'backoff' && top.standing.early) found = top.waiting;
      else later.push(top);
    }
    for (const place of later) this.backoff.push(place);
    return found;
  }

  private move(waiting: Waiting, standing: Standing): void {
    const before = waiting.standing;
    if (before.at === 'unschedulable') this.leaveShape(waiting, before.shape);
    waiting.standing = standing;
    if (standing.at === 'active') this.active.push({ waiting, standing });
    else if (standing.at === 'backoff') this.backoff.push({ waiting, standing });
    else if (standing.at === 'unschedulable') this.enterShape(waiting, standing.shape);
  }

  private enterShape(waiting: Waiting, shape: string): void {
    const group = this.shapes.get(shape) ?? new Map<string, Waiting>();
    group.set(waiting.key, waiting);
    this.shapes.set(shape, group);
    this.flush ??= this.clock.after(flushMs, () => this.flushOld(), { background: true });
  }

  private leaveShape(waiting: Waiting, shape: string): void {
    const group = this.shapes.get(shape);
    group?.delete(waiting.key);
    if (group?.size === 0) this.shapes.delete(shape);
  }

  /** Lets pods that have waited very long try again, whatever happened. */
  private flushOld(): void {
    this.flush = undefined;
    const oldest = this.clock.now() - unschedulableMsMax;
    for (const group of [...this.shapes.values()]) {
      for (const waiting of [...group.values()]) {
        if (waiting.standing.at === 'unschedulable' && waiting.standing.since <= oldest) this.release(waiting);
      }
    }
    if (this.shapes.size > 0) this.flush ??= this.clock.after(flushMs, () => this.flushOld(), { background: true });
  }

  /** Wakes the scheduler when the next rest is over. */
  private arm(): void {
    const top = validTop(this.backoff);
    if (top === undefined) return;
    const at = untilOf(top);
    if (this.timer !== undefined && this.timer.at <= at) return;
    this.timer?.handle.cancel();
    const run = (): void => {
      this.timer = undefined;
      this.wake();
    };
    this.timer = { at, handle: this.clock.after(at - this.clock.now(), run) };
  }
}

function newcomer(key: string, pod: Pod, order: number): Waiting {
  const standing: Standing = { at: 'out' };
  return { key, pod, order, refusals: 0, errors: 0, why: undefined, outdated: false, standing };
}

function backoffMs(tries: number): Millis {
  return Math.min(backoffMsFirst * 2 ** Math.max(0, tries - 1), backoffMsMax);
}

function isBefore(a: Waiting, b: Waiting): boolean {
  return priorityOf(a.pod) !== priorityOf(b.pod) ? priorityOf(a.pod) > priorityOf(b.pod) : a.order < b.order;
}

/** By the second in which the rest ends, so that importance decides between those that end about together. */
function endsBefore(a: Place, b: Place): boolean {
  const difference = Math.floor(untilOf(a) / backoffWindowMs) - Math.floor(untilOf(b) / backoffWindowMs);
  return difference !== 0 ? difference < 0 : isBefore(a.waiting, b.waiting);
}

function untilOf({ standing }: Place): Millis {
  return standing.at === 'backoff' ? standing.until : 0;
}

/** The first place that still counts; those before it that do not are dropped. */
function validTop(heap: Heap<Place>): Place | undefined {
  for (let top = heap.peek(); top !== undefined; top = heap.peek()) {
    if (top.waiting.standing === top.standing) return top;
    heap.pop();
  }
  return undefined;
}

function takeValid(heap: Heap<Place>): Waiting | undefined {
  const top = validTop(heap);
  if (top !== undefined) heap.pop();
  return top?.waiting;
}
