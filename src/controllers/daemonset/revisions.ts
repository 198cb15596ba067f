import { jsonEqual } from '#base/json.ts';
import { hashOf } from '#controllers/daemonset/pod-facts.ts';
import type { Snapshot } from '#controllers/daemonset/snapshot.ts';
import type { ControllerRevision } from '#kinds/controller-revision/schema.ts';
import { revisionHashLabel } from '#kinds/daemon-set/labels.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** The revisions of a DaemonSet, by what is to be done about them. */
export interface RevisionPlan {
  /** The one of today's template; undefined if there is none yet. */
  readonly current: ControllerRevision | undefined;
  /** The number the current one has, or is to have: above all others. */
  readonly number: number;
  /** Others of today's template, not needed any more. */
  readonly duplicates: readonly ControllerRevision[];
  /** Those of earlier templates. */
  readonly old: readonly ControllerRevision[];
}

/** Sorts the revisions (spec: daemonset.md section 10.3). Going back to an earlier template makes its revision the newest. */
export function planRevisions(revisions: readonly ControllerRevision[], { data }: Snapshot): RevisionPlan {
  const isCurrent = (one: ControllerRevision): boolean => jsonEqual(one.data, data);
  const alike = revisions.filter(isCurrent).toSorted((a, b) => b.revision - a.revision);
  const old = revisions.filter((one) => !isCurrent(one));
  const [current, ...duplicates] = alike;
  const next = old.reduce((highest, { revision }) => Math.max(highest, revision), 0) + 1;
  return { current, number: Math.max(next, current?.revision ?? 0), duplicates, old };
}

/** The hash that pods of the revision carry. */
export function revisionLabel({ metadata }: ControllerRevision): string {
  return metadata.labels?.[revisionHashLabel] ?? metadata.name;
}

/** Old revisions above the limit, the lowest first; those that a pod is still of are kept (spec: daemonset.md section
 *  10.5). */
export function surplusRevisions(
  old: readonly ControllerRevision[],
  limit: number,
  pods: readonly Pod[],
): readonly ControllerRevision[] {
  const count = old.length - limit;
  if (count <= 0) return [];
  const live = new Set(pods.map(hashOf));
  return old
    .toSorted((a, b) => a.revision - b.revision)
    .filter((one) => !live.has(revisionLabel(one)))
    .slice(0, count);
}
