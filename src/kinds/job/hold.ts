import { type Dependency, dependenciesOf, dependencyKey } from '#kinds/job/dependencies.ts';
import { isFinished } from '#kinds/job/finished.ts';
import type { Job } from '#kinds/job/schema.ts';
import { keyOf } from '#kinds/meta/object.ts';

/** Annotation of a Job that is held until its dependencies are met, set at admission. It tells this hold from a suspension
 *  by the user, and says what comes after it. */
export const holdAnnotation = 'sampan.dev/dependency-hold';
/** Annotation: the dependencies that are met, and by which Jobs ("extract:Complete=<uid>"). What is met stays met, whatever
 *  becomes of those Jobs. */
export const metAnnotation = 'sampan.dev/met-dependencies';
/** Annotation: the Jobs that have been seen and not yet ended, in the same form. One of them that is gone is not replaced by
 *  another of the same name. */
export const awaitedAnnotation = 'sampan.dev/awaited-dependencies';

/** What becomes of a held Job when its dependencies are met: `StaySuspended` if its user suspended it too. */
export type AfterHold = 'Resume' | 'StaySuspended';

type Annotations = { readonly [key: string]: string } | undefined;

/** By dependency (`dependencyKey`), the uid of the Job that stands for it. */
export type DependencyRecord = ReadonlyMap<string, string>;

/** What a Job has noted of its dependencies. */
export interface DependencyRecords {
  readonly met: DependencyRecord;
  readonly awaited: DependencyRecord;
}

/** What is to become of a held Job once its turn has come; undefined for one that is not held. */
export function afterHoldOf(annotations: Annotations): AfterHold | undefined {
  const value = annotations?.[holdAnnotation];
  return value === 'Resume' || value === 'StaySuspended' ? value : undefined;
}

/** Whether the Job waits for others and has not been failed for it. */
export function isHeld(job: Job): boolean {
  return afterHoldOf(job.metadata.annotations) !== undefined && !isFinished(job);
}

/** What the annotations keep of the Jobs that this one comes after; what they say wrongly counts as nothing. */
export function recordsOf(annotations: Annotations): DependencyRecords {
  return {
    met: readRecord(annotations?.[metAnnotation] ?? ''),
    awaited: readRecord(annotations?.[awaitedAnnotation] ?? ''),
  };
}

/** The dependencies of a held Job that are not met; none of others. */
export function unmetDependencies(job: Job): readonly Dependency[] {
  if (!isHeld(job)) return [];
  const { met } = recordsOf(job.metadata.annotations);
  return dependenciesOf(job).filter((dependency) => !met.has(dependencyKey(dependency)));
}

/** The name of the index that `awaitedJobs` makes: who waits for a Job. */
export const dependantsIndex = 'job-dependants';

/** Keys (`keyOf`) of the Jobs that a held Job waits for. */
export function awaitedJobs(job: Job): readonly string[] {
  if (job.metadata.deletionTimestamp !== undefined) return [];
  const { namespace } = job.metadata;
  return unmetDependencies(job).map(({ name }) => keyOf({ namespace, name }));
}

/** `annotations` with `hold` and `records` in place of what stood there; undefined: the Job is not held. */
export function withHold(
  annotations: Annotations,
  hold: AfterHold | undefined,
  { met, awaited }: DependencyRecords,
): { [key: string]: string } {
  const { [holdAnnotation]: _hold, [metAnnotation]: _met, [awaitedAnnotation]: _awaited, ...rest } = annotations ?? {};
  return {
    ...rest,
    ...(hold === undefined ? {} : { [holdAnnotation]: hold }),
    ...(met.size === 0 ? {} : { [metAnnotation]: recordText(met) }),
    ...(awaited.size === 0 ? {} : { [awaitedAnnotation]: recordText(awaited) }),
  };
}

function recordText(record: DependencyRecord): string {
  return Array.from(record, ([key, uid]) => `${key}=${uid}`).join(',');
}

/** A part that cannot be read is as good as none. */
function readRecord(text: string): DependencyRecord {
  const record = new Map<string, string>();
  for (const part of text.split(',')) {
    const [key = '', uid = ''] = part.split('=').map((word) => word.trim());
    if (key !== '' && uid !== '') record.set(key, uid);
  }
  return record;
}
