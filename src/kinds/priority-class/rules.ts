import { checkImmutable, checkRequiredOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { PriorityClass } from '#kinds/priority-class/schema.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

/** The highest priority that users may give; what is above keeps the cluster itself alive. */
export const userPriorityMax = 1_000_000_000;

/** The classes that are there from the start (spec: api.md section 4). */
export const systemPriorityClasses = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
] as const;

export function defaultPriorityClass(priorityClass: Draft<PriorityClass>): void {
  priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
}

/** Findings on a new class (spec: nodes-and-scheduling.md section 13). */
export function validatePriorityClass(priorityClass: PriorityClass): Findings {
  const { preemptionPolicy = 'PreemptLowerPriority' } = priorityClass;
  return [
    ...validateValue(priorityClass),
    ...checkRequiredOneOf('preemptionPolicy', preemptionPolicy, ['PreemptLowerPriority', 'Never']),
  ];
}

/** Findings on a change: pods carry the number, and it would no longer be the class's. */
export function validatePriorityClassUpdate(priorityClass: PriorityClass, old: PriorityClass): Findings {
  const { value, preemptionPolicy } = priorityClass;
  return [
    ...(value === old.value ? [] : [fieldError.forbidden('value', 'may not be changed in an update.')]),
    ...checkImmutable('preemptionPolicy', preemptionPolicy, old.preemptionPolicy),
  ];
}

function validateValue({ metadata, value, globalDefault = false }: PriorityClass): Findings {
  const { name } = metadata;
  if (!name.startsWith('system-')) {
    if (value <= userPriorityMax) return [];
    return [fieldError.forbidden('value', `maximum allowed value of a user defined priority is ${userPriorityMax}`)];
  }
  const problem = systemProblem(name, value, globalDefault);
  if (problem === undefined) return [];
  const text = `priority class names with 'system-' prefix are reserved for system use only. error: ${problem}`;
  return [fieldError.forbidden('metadata.name', text)];
}

function systemProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const known = systemPriorityClasses.find((one) => one.name === name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (value !== known.value) return `value of ${name} PriorityClass must be ${known.value}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
