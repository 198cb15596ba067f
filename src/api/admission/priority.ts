import { apiErrors } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import type { PriorityClass } from '#kinds/priority-class/schema.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';
import { asPod, createsPod, type PodDraft, updatesPod } from './pods.ts';

const defaultPreemption = 'PreemptLowerPriority';
const systemPrefix = 'system-';

/** Resolves the priority class of a pod, and guards the classes (spec: api.md section 18). */
export function priority(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'Priority',
    handles: (resource, subresource, operation) =>
      createsPod(resource, subresource, operation) ||
      updatesPod(resource, subresource, operation) ||
      (resource.group === priorityClasses.group && resource.plural === priorityClasses.plural),
    admit: (draft, request) => {
      if (request.resource.kind !== 'Pod') return;
      if (request.operation === 'UPDATE') keep(asPod(draft), request.old as Pod);
      else resolve(objects, asPod(draft), request);
    },
    validate: (object, request) => {
      if (request.resource.kind === 'PriorityClass') guard(objects, object as PriorityClass, request);
    },
  };
}

/** Whoever replaces a pod need not know what was resolved. */
function keep({ spec }: PodDraft, { spec: old }: Pod): void {
  if (spec.priority === undefined && old.priority !== undefined) spec.priority = old.priority;
  if (spec.preemptionPolicy === undefined && old.preemptionPolicy !== undefined) {
    spec.preemptionPolicy = old.preemptionPolicy;
  }
}

function resolve(objects: ObjectStore, { spec }: PodDraft, request: AdmissionRequest): void {
  const refuse = (why: string): never => {
    throw apiErrors.forbidden(pods, request.name, why);
  };
  const name = spec.priorityClassName ?? '';
  const chosen = name === '' ? defaultClass(objects) : classNamed(objects, name);
  if (name !== '' && chosen === undefined) refuse(`no PriorityClass with name ${name} was found`);
  if (name === '' && chosen !== undefined) spec.priorityClassName = chosen.metadata.name;

  const value = chosen?.value ?? 0;
  if (spec.priority !== undefined && spec.priority !== value) {
    refuse(
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; ` +
        `priority admission controller computed ${value} from the given PriorityClass name`,
    );
  }
  spec.priority = value;
  const preemption = chosen?.preemptionPolicy ?? defaultPreemption;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemption) {
    refuse(
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; ` +
        `priority admission controller computed ${preemption} from the given PriorityClass name`,
    );
  }
  spec.preemptionPolicy = preemption;
}

function classNamed(objects: ObjectStore, name: string): PriorityClass | undefined {
  return objects.peek(priorityClasses, undefined, name);
}

/** The class that pods get who name none: the lowest of those marked, should there be several. */
function defaultClass(objects: ObjectStore): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const one of objects.all(priorityClasses)) {
    if (one.globalDefault === true && (found === undefined || one.value < found.value)) found = one;
  }
  return found;
}

function guard(objects: ObjectStore, object: PriorityClass, request: AdmissionRequest): void {
  const { name } = object.metadata;
  if (request.operation === 'DELETE') {
    if (!name.startsWith(systemPrefix)) return;
    throw apiErrors.forbidden(priorityClasses, name, 'this is a system priority class and cannot be deleted');
  }
  if (object.globalDefault !== true) return;
  const marked = defaultClass(objects)?.metadata.name;
  if (marked === undefined || (request.operation === 'UPDATE' && marked === name)) return;
  const why = `PriorityClass ${marked} is already marked as default. Only one default can exist`;
  throw apiErrors.forbidden(priorityClasses, name, why);
}
