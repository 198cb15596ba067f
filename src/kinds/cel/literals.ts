import type { CheckProblem } from '#kinds/cel/check.ts';
import type { Expression } from '#kinds/cel/parse.ts';
import { formatParts, verbProblem, verbs } from '#kinds/cel/text-format.ts';
import { patternOf } from '#kinds/cel/text-functions.ts';
import { timeFunctions } from '#kinds/cel/time-functions.ts';
import { type CelTypeOf, dynType, sameType, shownType } from '#kinds/cel/types.ts';
import { CelError, type CelValue, textOf } from '#kinds/cel/values.ts';
import { partsOf } from '#kinds/cel/walk.ts';

type Types = ReadonlyMap<Expression, CelTypeOf>;

/** What is wrong with values that are written out: durations, times, patterns and formats that are none, lists and maps of this and that. */
export function literalProblems(expression: Expression, types: Types): readonly CheckProblem[] {
  return below(expression, types, false);
}

function below(expression: Expression, types: Types, inFormat: boolean): readonly CheckProblem[] {
  const own = expression.is === 'call' ? callProblems(expression, types) : inFormat ? [] : mixed(expression, types);
  const isFormat = inFormat || (expression.is === 'call' && expression.name === 'format');
  return [...own, ...partsOf(expression).flatMap((part) => below(part, types, isFormat))];
}

/** Why a pattern that is written out to look for parts of texts is none. */
export function patternProblem(expression: Expression): string | undefined {
  const [pattern] = expression.is === 'call' && /^find(?:All)?$/.test(expression.name) ? expression.args : [];
  const own = pattern?.is === 'value' && typeof pattern.value === 'string' ? whyNoPattern(pattern.value) : undefined;
  return (
    own ??
    partsOf(expression)
      .map(patternProblem)
      .find((problem) => problem !== undefined)
  );
}

function whyNoPattern(text: string): string | undefined {
  try {
    patternOf(text);
    return undefined;
  } catch (error) {
    if (error instanceof CelError) return error.message;
    throw error;
  }
}

type Call = Extract<Expression, { is: 'call' }>;

/** Functions that are asked of what is written out already before there are values. */
const tried = ['duration', 'timestamp', 'matches'];

function callProblems(call: Call, types: Types): readonly CheckProblem[] {
  const { name, target, args } = call;
  const [first] = args;
  if (tried.includes(name) && first?.is === 'value') {
    return isTaken(name, first.value) ? [] : [{ at: first.at, text: `invalid ${name} argument` }];
  }
  const isFormat = name === 'format' && target?.is === 'value' && typeof target.value === 'string';
  return isFormat && first?.is === 'list' ? formatProblems(call, String(target.value), first, types) : [];
}

function isTaken(name: string, value: CelValue): boolean {
  try {
    if (name === 'matches') patternOf(textOf(value));
    else timeFunctions[name]?.([value], () => {});
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

/** Types of items that are not those of the first. */
function mixed(expression: Expression, types: Types): readonly CheckProblem[] {
  const typeOf = ({ value, isOptional }: { readonly value: Expression; readonly isOptional: boolean }): CelTypeOf => {
    const type = types.get(value) ?? dynType;
    return isOptional ? (type.of[0] ?? dynType) : type;
  };
  if (expression.is === 'list') {
    const problems = expression.items.map((item) => [item.value.at, typeOf(item)] as const);
    return unlike(problems).slice(0, 1);
  }
  if (expression.is !== 'map') return [];
  return [
    ...unlike(expression.entries.map(({ key }) => [key.at, types.get(key) ?? dynType])),
    ...unlike(expression.entries.map((entry) => [entry.value.at, typeOf(entry)])),
  ];
}

function unlike(items: readonly (readonly [number, CelTypeOf])[]): readonly CheckProblem[] {
  const [first] = items;
  if (first === undefined) return [];
  const [, expected] = first;
  return items
    .filter(([, type]) => !sameType(expected, type))
    .map(([at, type]) => ({ at, text: `expected type '${shownType(expected)}' but found '${shownType(type)}'` }));
}

/** What values of a type call it, where that is not what declarations do. */
const runtimeNames: { readonly [type: string]: string } = {
  duration: 'google.protobuf.Duration',
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
};

/** What a format that is written out makes of arguments of these types. */
function formatProblems(
  call: Call,
  format: string,
  { items }: Extract<Expression, { is: 'list' }>,
  types: Types,
): readonly CheckProblem[] {
  let next = 0;
  for (const part of formatParts(format)) {
    if (typeof part === 'string') continue;
    const item = items[next];
    if (item === undefined) return [{ at: call.at, text: `index ${next} out of range` }];
    const problem = verbProblem(part.verb);
    if (problem !== undefined) return [{ at: call.at, text: problem }];
    const verb = verbs[part.verb.toLowerCase()];
    const wrong = wrongPart(item.value, verb?.takes ?? [], part.verb, types);
    if (wrong !== undefined) {
      const type = types.get(wrong)?.name ?? 'dyn';
      const found = runtimeNames[type] ?? type;
      return [{ at: wrong.at, text: `error during formatting: ${verb?.otherwise}, was given ${found}` }];
    }
    next += 1;
  }
  if (items.length <= next) return [];
  const text = `too many arguments supplied to string.format (expected ${next}, got ${items.length})`;
  return [{ at: call.at, text }];
}

/** The first part that the verb does not take; of lists and maps that are written out, each item is looked at. */
function wrongPart(value: Expression, takes: readonly string[], verb: string, types: Types): Expression | undefined {
  const { name } = types.get(value) ?? dynType;
  if (name !== 'dyn' && !takes.includes(name)) return value;
  if (verb !== 's' || (value.is !== 'list' && value.is !== 'map')) return undefined;
  return partsOf(value)
    .map((part) => wrongPart(part, takes, verb, types))
    .find((wrong) => wrong !== undefined);
}
