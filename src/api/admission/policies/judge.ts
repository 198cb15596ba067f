import {
  AdmissionEvaluation,
  conditionSteps,
  type ExpressionInput,
  expressionSteps,
  OutOfBudgetError,
} from '#kinds/admission-expression/evaluation.ts';
import { judgeConditions } from '#kinds/admission-expression/match-conditions.ts';
import type { CompiledAnnotation, CompiledPolicy, CompiledValidation } from '#kinds/admission-policy/compile.ts';
import { CelError } from '#kinds/cel/values.ts';

/** Something that keeps a request from passing. */
export interface Breach {
  /** Which of the validations says so. */
  readonly index: number;
  readonly message: string;
  readonly reason?: string | undefined;
}

/** What a policy says of a request. */
export interface Judgement {
  readonly breaches: readonly Breach[];
  /** For the audit log, by key. */
  readonly notes: readonly (readonly [string, string])[];
  /** Notes that could not be made: a request is refused for them, whatever is done about breaches. */
  readonly failedNotes: readonly string[];
}

const nothing: Judgement = { breaches: [], notes: [], failedNotes: [] };

/** Holds a request to a policy. What cannot be answered is a breach if the policy `fails` then, and nothing otherwise. */
export function judge(policy: CompiledPolicy, input: ExpressionInput, fails: boolean): Judgement {
  const { conditions, variables, validations, annotations } = policy;
  const unanswered = (message: string): Judgement =>
    fails ? { ...nothing, breaches: [{ index: 0, message }] } : nothing;
  // Conditions are not told of the namespace.
  const verdict = judgeConditions(
    conditions,
    new AdmissionEvaluation({ ...input, namespaceObject: null }, conditionSteps),
  );
  if (verdict.matches === undefined) return unanswered(verdict.error);
  if (!verdict.matches) return nothing;
  try {
    const evaluation = new AdmissionEvaluation(input, expressionSteps, variables);
    const breaches = validations.flatMap((one, index) => breachOf(one, index, evaluation, fails) ?? []);
    const noted = new AdmissionEvaluation(input, expressionSteps, variables);
    return { breaches, ...notesOf(annotations, noted, fails) };
  } catch (error) {
    if (error instanceof OutOfBudgetError) return unanswered(error.message);
    throw error;
  }
}

function breachOf(
  { validation, expression, message }: CompiledValidation,
  index: number,
  evaluation: AdmissionEvaluation,
  fails: boolean,
): Breach | undefined {
  try {
    if (evaluation.value(expression) === true) return undefined;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return fails ? { index, message: error.message } : undefined;
  }
  try {
    const said = message === undefined ? undefined : goodMessage(evaluation.value(message));
    return { index, message: said ?? plainMessage(validation), reason: validation.reason };
  } catch (error) {
    if (error instanceof CelError) return { index, message: plainMessage(validation), reason: validation.reason };
    if (!(error instanceof OutOfBudgetError)) throw error;
    return fails ? { index, message: `failed messageExpression: ${error.message}` } : undefined;
  }
}

/** The longest message that is passed on, in bytes (upstream: MaxEvaluatedMessageExpressionSizeBytes). */
const messageBytesMax = 5 * 1024;

function goodMessage(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' || text.includes('\n') || Buffer.byteLength(text) > messageBytesMax ? undefined : text;
}

function plainMessage({ message = '', expression }: CompiledValidation['validation']): string {
  return message.trim() || `failed expression: ${expression.trim()}`;
}

function notesOf(
  annotations: readonly CompiledAnnotation[],
  evaluation: AdmissionEvaluation,
  fails: boolean,
): Omit<Judgement, 'breaches'> {
  const notes: [string, string][] = [];
  const failedNotes: string[] = [];
  for (const { annotation, value } of annotations) {
    try {
      const made = evaluation.value(value);
      const text = typeof made === 'string' ? made.trim() : '';
      if (text !== '') notes.push([annotation.key, text]);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      if (fails) failedNotes.push(error.message);
    }
  }
  return { notes, failedNotes };
}
