import { isObject } from '#base/json.ts';
import { type Dependency, dependencyKey, dependsOnAnnotation, readDependencies } from '#kinds/job/dependencies.ts';
import { findCycle } from '#kinds/job/dependency-cycle.ts';
import { type KnownJobs, progressOf, textOfWaiting } from '#kinds/job/dependency-progress.ts';
import {
  type AfterHold,
  afterHoldOf,
  awaitedAnnotation,
  type DependencyRecords,
  holdAnnotation,
  isHeld,
  metAnnotation,
  recordsOf,
  unmetDependencies,
  withHold,
} from '#kinds/job/hold.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { type ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { Draft } from '#schema/type.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';

type JobDraft = Draft<Job>;
type Annotations = { [key: string]: string } | undefined;

const field = `metadata.annotations[${dependsOnAnnotation}]`;
const ownAnnotations: readonly string[] = [holdAnnotation, metAnnotation, awaitedAnnotation];

/** Holds Jobs that come after others (docs/ordering.md) by Kubernetes' own gate, `spec.suspend`, until their dependencies are
 *  met; refuses what can never work. The rule for a held Job stands here alone: it is suspended as long as one of its
 *  dependencies is not noted as met, whoever writes it, and then as its user wants it. */
export function jobOrder(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'JobOrder',
    handles: ({ group, plural }, subresource, operation) =>
      group === jobs.group &&
      plural === jobs.plural &&
      (operation === 'UPDATE' ? subresource === undefined || subresource === 'status' : operation === 'CREATE'),
    admit: (draft, request) => {
      const job = draft as unknown as JobDraft;
      const old = request.old as Job | undefined;
      if (!isOrdered(job.metadata.annotations) && !isOrdered(old?.metadata.annotations)) return;
      if (old === undefined) return holdNew(objects, job, request);
      if (request.subresource === 'status') keep(job, old, [dependsOnAnnotation, ...ownAnnotations]);
      else if (isHeld(old)) holdOn(objects, job, old, request);
      else keepReleased(job, old, request);
    },
    validate: (object, request) => {
      const job = object as Job;
      const old = request.old as Job | undefined;
      const changed = old === undefined || textOf(old.metadata.annotations) !== textOf(job.metadata.annotations);
      if (changed && isHeld(job)) return refuseCycle(objects, job);
    },
  };
}

function isOrdered(annotations: Annotations): boolean {
  return annotations !== undefined && [dependsOnAnnotation, ...ownAnnotations].some((key) => key in annotations);
}

function textOf(annotations: Annotations): string {
  return annotations?.[dependsOnAnnotation] ?? '';
}

/** What an earlier life of the Job noted means nothing; what it was to do when released still does. */
async function holdNew(objects: ObjectStore, job: JobDraft, request: AdmissionRequest): Promise<void> {
  const dependencies = readOrRefuse(job, request);
  const { annotations } = job.metadata;
  const suspended: AfterHold = job.spec.suspend === true ? 'StaySuspended' : 'Resume';
  const none: DependencyRecords = { met: new Map(), awaited: new Map() };
  if (dependencies.length === 0 && afterHoldOf(annotations) === undefined) {
    setAnnotations(job, withHold(annotations, undefined, none));
    return;
  }
  // A predecessor that has just been created is seen, and then cannot vanish unnoticed.
  await objects.upToDate();
  settle(objects, job, request, dependencies, none, afterHoldOf(annotations) ?? suspended);
}

/** A write to a held Job: its dependencies may change, and it stays held while one of them is not met. */
function holdOn(objects: ObjectStore, job: JobDraft, old: Job, request: AdmissionRequest): void {
  const dependencies = readOrRefuse(job, request);
  const { annotations } = job.metadata;
  const before = old.metadata.annotations;
  // A manifest that is put in the place of the Job knows nothing of our notes.
  const noted = {
    met: recordsOf(annotations?.[metAnnotation] === undefined ? before : annotations).met,
    awaited: recordsOf(annotations?.[awaitedAnnotation] === undefined ? before : annotations).awaited,
  };
  const runs = job.spec.suspend !== true;
  const asked = runs ? 'Resume' : asksToSuspend(request.patch) ? 'StaySuspended' : afterHoldOf(annotations);
  const missing = settle(objects, job, request, dependencies, noted, asked ?? afterHoldOf(before) ?? 'Resume');
  if (!runs || missing === undefined) return;
  request.context.warn(
    `Job "${request.name}" stays suspended until its dependencies are met: ${missing}; ` +
      `to run it now, take the annotation ${dependsOnAnnotation} away`,
  );
}

/** Gives the draft its hold, notes and suspension. Returns what it waits for, in words; undefined: nothing. */
function settle(
  objects: ObjectStore,
  job: JobDraft,
  { namespace }: AdmissionRequest,
  dependencies: readonly Dependency[],
  noted: DependencyRecords,
  after: AfterHold,
): string | undefined {
  const progress = progressOf(dependencies, noted, knownJobs(objects, namespace));
  const waits = progress.waiting.length + progress.broken.length > 0;
  setAnnotations(job, withHold(job.metadata.annotations, waits ? after : undefined, progress.records));
  job.spec = { ...job.spec, suspend: waits || after === 'StaySuspended' };
  return waits ? textOfWaiting(progress) : undefined;
}

function knownJobs(objects: ObjectStore, namespace: string | undefined): KnownJobs {
  return { current: (name) => objects.peek(jobs, namespace, name), departed: () => undefined };
}

/** Whether a patch says in so many words that the Job be suspended. That it already is, by us, does not show in the result. */
function asksToSuspend(patch: AdmissionRequest['patch']): boolean {
  if (Array.isArray(patch)) {
    return patch.some((step) => isObject(step) && step.path === '/spec/suspend' && step.value === true);
  }
  return isObject(patch) && isObject(patch.spec) && patch.spec.suspend === true;
}

/** What a Job waited for is settled once it was released, or has ended. */
function keepReleased(job: JobDraft, old: Job, { name }: AdmissionRequest): void {
  const text = textOf(job.metadata.annotations);
  const before = textOf(old.metadata.annotations);
  if (canonical(text) !== canonical(before)) {
    const why =
      before === ''
        ? 'the Job was created without dependencies, and may have begun'
        : 'the Job is not held any more, and what it came after is settled';
    const hint = `${field}: to give the Job other dependencies, delete it and create it anew`;
    throw refused(name, fieldError.forbidden(field, why), hint);
  }
  keep(job, old, ownAnnotations);
}

function canonical(text: string): string {
  const read = readDependencies(text);
  return 'problem' in read ? text : read.dependencies.map(dependencyKey).sort().join(',');
}

/** Gives the annotations of these names the values that are stored. */
function keep(job: JobDraft, old: Job, names: readonly string[]): void {
  const next: { [key: string]: string } = { ...job.metadata.annotations };
  for (const name of names) {
    const value = old.metadata.annotations?.[name];
    if (value === undefined) delete next[name];
    else next[name] = value;
  }
  setAnnotations(job, next);
}

function setAnnotations(job: JobDraft, annotations: { [key: string]: string }): void {
  const { annotations: _old, ...metadata } = job.metadata;
  job.metadata = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
}

function readOrRefuse(job: JobDraft, { name }: AdmissionRequest): readonly Dependency[] {
  const text = textOf(job.metadata.annotations);
  const read = readDependencies(text);
  if (!('problem' in read)) return read.dependencies;
  throw refused(name, fieldError.invalid(field, text, read.problem), `${field}: ${read.fix}`);
}

/** Jobs in a circle would wait for each other for ever. What is met already holds nobody back. */
async function refuseCycle(objects: ObjectStore, job: Job): Promise<void> {
  await objects.upToDate();
  const { namespace, name } = job.metadata;
  const cycle = findCycle(name, (other) => {
    const known = other === name ? job : objects.peek(jobs, namespace, other);
    return known === undefined ? [] : unmetDependencies(known).map((dependency) => dependency.name);
  });
  if (cycle === undefined) return;
  const why = cycle.length === 2 ? 'a Job cannot come after itself' : 'these Jobs would wait for each other for ever';
  const hint = `${field}: leave one of these arrows out; what comes first depends on nothing`;
  const finding = fieldError.invalid(field, textOf(job.metadata.annotations), `${why}: ${cycle.join(' -> ')}`);
  throw refused(name, finding, hint);
}

function refused(name: string, finding: FieldError, hint: string): ApiError {
  return apiErrors.invalid(jobs, name, [finding], [hint]);
}
