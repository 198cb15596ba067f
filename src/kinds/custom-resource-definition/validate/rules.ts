import type { Json } from '#base/json.ts';
import { type CheckProblem, checkCel, type NamedTypes } from '#kinds/cel/check.ts';
import { patternProblem } from '#kinds/cel/literals.ts';
import { type Expression, parseCel } from '#kinds/cel/parse.ts';
import { CelSyntaxError } from '#kinds/cel/tokens.ts';
import { type CelTypeOf, dynType, optionalType } from '#kinds/cel/types.ts';
import { usesName } from '#kinds/cel/walk.ts';
import { itemsOf, valuesOf } from '#kinds/custom-resource/read.ts';
import { ruleType } from '#kinds/custom-resource/validate/rule-values.ts';
import type { JSONSchemaProps, ValidationRule } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

/** Findings on the rules of a schema that is structural: each is an expression that speaks of what is there. Where something is wrong
 *  with the words of a part, as `words` say, its rules are not read. */
export function validateSchemaRules(schema: JSONSchemaProps, field: string, words: Findings): Findings {
  return rulesBelow(schema, field, { isRoot: true, words });
}

interface Surroundings {
  readonly isRoot?: boolean;
  readonly words: Findings;
  /** The first place above whose parts cannot be told apart over time: there is no old value for them. */
  readonly uncorrelated?: string | undefined;
}

function rulesBelow(
  schema: JSONSchemaProps,
  field: string,
  { isRoot = false, words, uncorrelated }: Surroundings,
): Findings {
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const inList = schema['x-kubernetes-list-type'] === 'map' ? uncorrelated : (uncorrelated ?? field);
  const inMap = schema['x-kubernetes-map-type'] === 'atomic' ? (uncorrelated ?? field) : uncorrelated;
  const isWrong = words.some(({ field: at }) => at.startsWith(`${field}.`));
  const rules = isWrong ? [] : (schema['x-kubernetes-validations'] ?? []);
  const type = (rules.length === 0 ? undefined : ruleType(schema, isRoot)) ?? dynType;
  return [
    ...rules.flatMap((rule, index) =>
      validateRule(rule, type, `${field}.x-kubernetes-validations[${index}]`, uncorrelated),
    ),
    ...(items === undefined ? [] : rulesBelow(items, `${field}.items`, { words, uncorrelated: inList })),
    ...(values === undefined ? [] : rulesBelow(values, `${field}.additionalProperties`, { words, uncorrelated })),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      rulesBelow(part, `${field}.properties[${name}]`, { words, uncorrelated: inMap }),
    ),
  ];
}

function validateRule(
  rule: ValidationRule,
  type: CelTypeOf,
  field: string,
  uncorrelated: string | undefined,
): Findings {
  const names = new Map([['self', type]]);
  const oldType = rule.optionalOldSelf === true ? optionalType(type) : type;
  const withOld = new Map([...names, ['oldSelf', oldType]]);
  const [expression, problems] = compiled(rule, 'rule', withOld, field);
  if (expression === undefined || problems.length > 0) return problems;
  const usesOld = usesName(expression, 'oldSelf');
  const known = usesOld ? withOld : names;
  const [, messageProblems] = rule.messageExpression
    ? compiled(rule, 'messageExpression', known, field)
    : [undefined, []];
  const text = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
  return [
    ...messageProblems,
    ...(usesOld && uncorrelated !== undefined ? [fieldError.invalid(`${field}.rule`, rule.rule, text)] : []),
    ...(!usesOld && rule.optionalOldSelf !== undefined
      ? [
          fieldError.invalid(
            `${field}.optionalOldSelf`,
            rule.optionalOldSelf,
            'may not be set if oldSelf is not used in rule',
          ),
        ]
      : []),
  ];
}

const results = {
  rule: { type: 'bool', failed: '', program: 'program instantiation', wrong: 'cel expression must evaluate to a bool' },
  messageExpression: {
    type: 'string',
    failed: 'messageExpression ',
    program: 'messageExpression instantiation',
    wrong: 'messageExpression must evaluate to a string',
  },
} as const;

/** One of a rule's two expressions, or why it is none, as upstream's compiler shows it. */
function compiled(
  rule: ValidationRule,
  which: keyof typeof results,
  names: NamedTypes,
  field: string,
): readonly [Expression | undefined, Findings] {
  const source = rule[which] ?? '';
  const wanted = results[which];
  const invalid = (why: string): FieldError => fieldError.invalid(`${field}.${which}`, shown(rule), why);
  const refused = (problems: readonly CheckProblem[]): FieldError => {
    const texts = problems.map(({ at, text }) => marked(source, at, text));
    return invalid(`${wanted.failed}compilation failed: ${texts.join('\n')}`);
  };
  try {
    const expression = parseCel(source);
    const { problems, type } = checkCel(expression, names);
    if (problems.length > 0) return [expression, [refused(problems.toSorted((a, b) => a.at - b.at))]];
    if (type.name !== wanted.type) return [expression, [invalid(wanted.wrong)]];
    const why = patternProblem(expression);
    return [expression, why === undefined ? [] : [invalid(`${wanted.program} failed: ${why}`)]];
  } catch (error) {
    if (error instanceof CelSyntaxError) return [undefined, [refused([{ at: error.at, text: error.message }])]];
    throw error;
  }
}

/** A rule as upstream's own types spell it. */
function shown({ rule, message, messageExpression, reason, fieldPath, optionalOldSelf }: ValidationRule): Json {
  return {
    Rule: rule,
    Message: message ?? '',
    MessageExpression: messageExpression ?? '',
    Reason: reason ?? null,
    FieldPath: fieldPath ?? '',
    OptionalOldSelf: optionalOldSelf ?? null,
  };
}

/** The text of an error with the line it is in, and a mark below. */
function marked(source: string, at: number, text: string): string {
  const before = source.slice(0, at).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = source.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${text}\n | ${line}\n | ${'.'.repeat(column)}^`;
}
