import type { Clock } from '#base/clock.ts';
import { FailureBackOff } from '#controllers/daemonset/backoff.ts';
import { type Placement, placementOf } from '#controllers/daemonset/placement.ts';
import { type Snapshot, snapshotOf } from '#controllers/daemonset/snapshot.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { Expectations } from '#reconcile/expectations.ts';

/** What follows from a spec alone, worked out once. */
export interface Compiled {
  readonly placement: Placement;
  readonly snapshot: Snapshot;
}

/** Which caches a sync reads, and must not read too early. */
export type Followed = 'daemonSets' | 'pods' | 'revisions';

/** What the controller remembers of one DaemonSet. */
interface Remembered {
  /** The newest revisions of the store that this controller has written, by cache. */
  readonly written: { [cache in Followed]: number };
  /** A sync was put off because a cache was older than these. */
  waiting: boolean;
  compiled: (Compiled & { readonly generation: number | undefined }) | undefined;
}

/** The DaemonSet controller's memory, by uid. All of it may be lost at any moment: it only bridges the time until the caches
 *  show what this controller has done, and saves work (spec: daemonset.md section 8). */
export class Memory {
  /** Pods asked to be deleted. Until the cache shows it, they must not be taken for running. */
  readonly deletions: Expectations;
  readonly failures: FailureBackOff;
  private readonly sets = new Map<string, Remembered>();

  constructor(clock: Clock) {
    this.deletions = new Expectations(clock);
    this.failures = new FailureBackOff(clock);
  }

  of(uid: string): Remembered {
    const known = this.sets.get(uid);
    if (known !== undefined) return known;
    const fresh = { written: { daemonSets: 0, pods: 0, revisions: 0 }, waiting: false, compiled: undefined };
    this.sets.set(uid, fresh);
    return fresh;
  }

  note(uid: string, cache: Followed, object: KubeObject): void {
    const { written } = this.of(uid);
    written[cache] = Math.max(written[cache], Number(object.metadata.resourceVersion));
  }

  compiledOf({ metadata, spec }: DaemonSet): Compiled {
    const remembered = this.of(metadata.uid);
    const { generation } = metadata;
    if (remembered.compiled === undefined || remembered.compiled.generation !== generation) {
      const { template } = spec;
      remembered.compiled = { generation, placement: placementOf(template), snapshot: snapshotOf(template) };
    }
    return remembered.compiled;
  }

  isWaiting(uid: string): boolean {
    return this.sets.get(uid)?.waiting ?? false;
  }

  /** The DaemonSet is gone. */
  forget(uid: string): void {
    this.sets.delete(uid);
    this.deletions.forget(uid);
  }
}
