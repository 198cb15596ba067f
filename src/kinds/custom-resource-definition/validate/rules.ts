import type { Json } from '#base/json.ts';
import { type CheckProblem, checkCel, type NamedTypes } from '#kinds/cel/check.ts';
import { costOf } from '#kinds/cel/cost.ts';
import { patternProblem } from '#kinds/cel/literals.ts';
import { markedProblems } from '#kinds/cel/marked.ts';
import { type Expression, parseCel } from '#kinds/cel/parse.ts';
import { CelSyntaxError } from '#kinds/cel/tokens.ts';
import { type CelTypeOf, dynType, optionalType } from '#kinds/cel/types.ts';
import { usesName } from '#kinds/cel/walk.ts';
import { itemsOf, valuesOf } from '#kinds/custom-resource/read.ts';
import { countMax, ruleType } from '#kinds/custom-resource/validate/rule-values.ts';
import type { JSONSchemaProps, ValidationRule } from '#kinds/custom-resource-definition/json-schema.ts';
import {
  checkRuleCost,
  checkTotalCost,
  countWithin,
  type RuleCost,
} from '#kinds/custom-resource-definition/validate/rule-costs.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];

/** Findings on the rules of a schema that is structural: each is an expression that speaks of what is there, and no rule, nor all of
 *  them, may cost too much. Where something is wrong with the words of a part, as `words` say, its rules are not read. A schema that
 *  `isKept` as it was may have rules that cost more than one may. */
export function validateSchemaRules(
  schema: JSONSchemaProps,
  field: string,
  words: Findings,
  { isKept = false }: { readonly isKept?: boolean } = {},
): Findings {
  const judged = rulesBelow(schema, field, { isRoot: true, words, isKept, count: 1 });
  const costs = judged.flatMap((one) => one.costs);
  return [...judged.flatMap(({ findings }) => findings), ...checkTotalCost(costs, field)];
}

/** What is to be said of a rule, and what it may cost. */
interface Judged {
  readonly findings: Findings;
  readonly costs: readonly RuleCost[];
}

interface Surroundings {
  readonly isRoot?: boolean;
  readonly words: Findings;
  /** The first place above whose parts cannot be told apart over time: there is no old value for them. */
  readonly uncorrelated?: string | undefined;
  readonly isKept: boolean;
  /** How often there can be such a part; undefined where nothing sets a limit. */
  readonly count: number | undefined;
}

function rulesBelow(schema: JSONSchemaProps, field: string, around: Surroundings): readonly Judged[] {
  const { isRoot = false, words, uncorrelated, isKept, count } = around;
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const inList = schema['x-kubernetes-list-type'] === 'map' ? uncorrelated : (uncorrelated ?? field);
  const inMap = schema['x-kubernetes-map-type'] === 'atomic' ? (uncorrelated ?? field) : uncorrelated;
  const isWrong = words.some(({ field: at }) => at.startsWith(`${field}.`));
  const rules = isWrong ? [] : (schema['x-kubernetes-validations'] ?? []);
  const type = (rules.length === 0 ? undefined : ruleType(schema, isRoot)) ?? dynType;
  const inside = { words, isKept, count: countWithin(schema, count) };
  const place = { uncorrelated, isKept, count: count ?? countMax(schema, isRoot) };
  return [
    ...rules.map((rule, index) => judgeRule(rule, type, `${field}.x-kubernetes-validations[${index}]`, place)),
    ...(items === undefined ? [] : rulesBelow(items, `${field}.items`, { ...inside, uncorrelated: inList })),
    ...(values === undefined ? [] : rulesBelow(values, `${field}.additionalProperties`, { ...inside, uncorrelated })),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
      rulesBelow(part, `${field}.properties[${name}]`, { ...inside, uncorrelated: inMap }),
    ),
  ];
}

interface RulePlace {
  readonly uncorrelated: string | undefined;
  readonly isKept: boolean;
  readonly count: number;
}

function judgeRule(rule: ValidationRule, type: CelTypeOf, field: string, place: RulePlace): Judged {
  const { uncorrelated, isKept, count } = place;
  const oldType = rule.optionalOldSelf === true ? optionalType(type) : type;
  const names = new Map([
    ['self', type],
    ['oldSelf', oldType],
  ]);
  const { expression, findings, cost = 0 } = compiled(rule, 'rule', names, field);
  if (expression === undefined || findings.length > 0) return { findings, costs: [] };
  const usesOld = usesName(expression, 'oldSelf');
  const said = rule.messageExpression ? compiled(rule, 'messageExpression', names, field) : undefined;
  const ruleCost = { field: `${field}.rule`, cost: cost * count };
  const saidCost = { field: `${field}.messageExpression`, cost: said?.cost ?? 0 };
  return {
    costs: [ruleCost, saidCost],
    findings: [
      ...(isKept ? [] : checkRuleCost(ruleCost, 'estimated rule cost')),
      ...(said?.findings ?? []),
      ...(isKept ? [] : checkRuleCost(saidCost, 'estimated messageExpression cost')),
      ...checkOldSelf(rule, usesOld, field, uncorrelated),
    ],
  };
}

function checkOldSelf(
  rule: ValidationRule,
  isUsed: boolean,
  field: string,
  uncorrelated: string | undefined,
): Findings {
  if (isUsed) {
    if (uncorrelated === undefined) return [];
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
    return [fieldError.invalid(`${field}.rule`, rule.rule, why)];
  }
  if (rule.optionalOldSelf === undefined) return [];
  const why = 'may not be set if oldSelf is not used in rule';
  return [fieldError.invalid(`${field}.optionalOldSelf`, rule.optionalOldSelf, why)];
}

interface Compiled {
  readonly expression?: Expression;
  readonly findings: Findings;
  /** The most steps that it can take. */
  readonly cost?: number;
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
function compiled(rule: ValidationRule, which: keyof typeof results, names: NamedTypes, field: string): Compiled {
  const source = rule[which] ?? '';
  const wanted = results[which];
  const invalid = (why: string): Compiled => ({
    findings: [fieldError.invalid(`${field}.${which}`, shown(rule), why)],
  });
  const refused = (problems: readonly CheckProblem[]): Compiled => {
    return invalid(`${wanted.failed}compilation failed: ${markedProblems(source, problems)}`);
  };
  try {
    const expression = parseCel(source);
    const checked = checkCel(expression, names);
    if (checked.problems.length > 0) return refused(checked.problems);
    if (checked.type.name !== wanted.type) return invalid(wanted.wrong);
    const why = patternProblem(expression);
    if (why !== undefined) return invalid(`${wanted.program} failed: ${why}`);
    return { expression, findings: [], cost: costOf(expression, checked, names.get('self') ?? dynType) };
  } catch (error) {
    if (error instanceof CelSyntaxError) return refused([{ at: error.at, text: error.message }]);
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
