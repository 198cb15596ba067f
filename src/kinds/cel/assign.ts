import { type CelTypeOf, dynType, isDynamic, isVariable, sameType } from '#kinds/cel/types.ts';

/** What the placeholders in types stand for, as far as it is known. */
export type Bindings = ReadonlyMap<string, CelTypeOf>;

/** The bindings under which each of `given` fits where `wanted` is asked for; undefined if there are none. */
export function assigned(
  bindings: Bindings,
  given: readonly CelTypeOf[],
  wanted: readonly CelTypeOf[],
): Bindings | undefined {
  const draft = new Map(bindings);
  return fitAll(draft, given, wanted) ? draft : undefined;
}

/** The wider of two types of which one fits the other. */
export function wider(a: CelTypeOf, b: CelTypeOf): CelTypeOf {
  return isWider(a, b) ? a : b;
}

function isWider(a: CelTypeOf, b: CelTypeOf): boolean {
  if (a.name === 'dyn' || isVariable(a)) return true;
  if (b.name === 'dyn' || isVariable(b) || a.name !== b.name) return false;
  if (a.name === 'type') return true;
  if (a.of.length === 0) return sameType(a, b);
  return a.of.length === b.of.length && a.of.every((part, at) => isWider(part, b.of[at] ?? dynType));
}

/** `type` with all placeholders replaced that are known. `otherwise` stands for those that are not; without it they stay. */
export function resolved(bindings: Bindings, type: CelTypeOf, otherwise?: CelTypeOf): CelTypeOf {
  if (isVariable(type)) {
    const bound = bindings.get(type.name);
    return bound === undefined ? (otherwise ?? type) : resolved(bindings, bound, otherwise);
  }
  if (type.of.length === 0) return type;
  return { ...type, of: type.of.map((part) => resolved(bindings, part, otherwise)) };
}

type Draft = Map<string, CelTypeOf>;

function fitAll(draft: Draft, given: readonly CelTypeOf[], wanted: readonly CelTypeOf[]): boolean {
  return given.length === wanted.length && given.every((type, at) => fits(draft, type, wanted[at] ?? dynType));
}

function fits(draft: Draft, given: CelTypeOf, wanted: CelTypeOf): boolean {
  if (isVariable(wanted)) {
    const isBound = draft.has(wanted.name);
    if (binds(draft, given, wanted)) return true;
    if (isBound) return false;
  }
  if (isVariable(given)) return binds(draft, wanted, given);
  if (isDynamic(given) || isDynamic(wanted)) return true;
  if (given.name === 'null') return isNullable(wanted);
  if (wanted.name === 'null') return isNullable(given);
  if (given.name === 'type') return wanted.name === 'type';
  if (given.of.length === 0) return sameType(given, wanted);
  return given.name === wanted.name && fitAll(draft, given.of, wanted.of);
}

/** Lets a placeholder stand for `type`, too. */
function binds(draft: Draft, type: CelTypeOf, variable: CelTypeOf): boolean {
  if (sameType(type, variable)) return true;
  const bound = draft.get(variable.name);
  if (bound === undefined) {
    if (!isFreeOf(draft, variable, type)) return false;
    draft.set(variable.name, type);
    return true;
  }
  if (sameType(type, bound)) return true;
  if (!fits(draft, type, bound)) return false;
  const both = wider(type, bound);
  if (isFreeOf(draft, variable, both)) draft.set(variable.name, both);
  return true;
}

/** Whether `type` does not contain the placeholder: none can stand for something with itself inside. */
function isFreeOf(draft: Draft, variable: CelTypeOf, type: CelTypeOf): boolean {
  if (sameType(variable, type)) return false;
  if (isVariable(type)) {
    const bound = draft.get(type.name);
    return bound === undefined || isFreeOf(draft, variable, bound);
  }
  return type.of.every((part) => isFreeOf(draft, variable, part));
}

/** Objects, times, durations and what libraries add may be null as far as types go. */
function isNullable({ name }: CelTypeOf): boolean {
  return ['null', 'object', 'timestamp', 'duration', 'optional_type'].includes(name) || name.includes('.');
}
