import { isObject } from '#base/json.ts';
import type { AdmissionExpression } from '#kinds/admission-expression/compile.ts';
import {
  type AskAccess,
  type AskedResource,
  CelAuthorizer,
  CelResourceCheck,
} from '#kinds/cel/authorizer-functions.ts';
import { type Budget, CelBudgetError, evaluateCel, type Scope } from '#kinds/cel/evaluate.ts';
import { CelError, type CelKey, type CelValue } from '#kinds/cel/values.ts';

/** What expressions about a request see. Objects that are not there are null. */
export interface ExpressionInput {
  readonly object: unknown;
  readonly oldObject: unknown;
  /** In the form of `AdmissionRequest` (admission.k8s.io/v1), without the objects. */
  readonly request: unknown;
  readonly namespaceObject: unknown;
  readonly params?: unknown;
  /** Whom to ask what the sender may do, and the resource that the request is about. */
  readonly authorizer?: { readonly ask: AskAccess; readonly requestResource: AskedResource };
}

export interface NamedExpression {
  readonly name: string;
  readonly expression: AdmissionExpression;
}

/** The most work that one expression may be, and all about one request, in steps (upstream: PerCallLimit, RuntimeCELCostBudget,
 *  RuntimeCELCostBudgetMatchConditions). */
const oneMax = 1_000_000;
export const expressionSteps = 10_000_000;
export const conditionSteps = 2_500_000;

/** Thrown when all the work that may be done for a request has been done. */
export class OutOfBudgetError extends Error {
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

/** Answers expressions about one request. Variables are worked out when they are first used, and once. */
export class AdmissionEvaluation {
  private readonly scope: Scope;
  private readonly budget: Budget;

  constructor(input: ExpressionInput, steps: number, variables: readonly NamedExpression[] = []) {
    this.budget = { left: steps };
    const scope = scopeOf(input);
    scope.set('variables', new LazyMap(variables, (variable) => this.variable(variable)));
    this.scope = scope;
  }

  /** Throws `CelError` if the expression has no value, `OutOfBudgetError` if there is no budget left for it. */
  value(asked: AdmissionExpression): CelValue {
    if ('problem' in asked) throw new CelError(`compilation error: ${asked.problem}`);
    try {
      return this.run(asked);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      throw new CelError(`expression '${asked.source}' resulted in error: ${error.message}`);
    }
  }

  private run({ expression }: Exclude<AdmissionExpression, { problem: string }>): CelValue {
    const own = { left: oneMax };
    const settle = (): void => {
      this.budget.left -= oneMax - Math.max(own.left, 0);
      if (this.budget.left < 0) throw new OutOfBudgetError();
    };
    try {
      const value = evaluateCel(expression, this.scope, own);
      settle();
      return value;
    } catch (error) {
      if (!(error instanceof CelBudgetError) && !(error instanceof CelError)) throw error;
      settle();
      throw new CelError(error.message);
    }
  }

  private variable({ name, expression }: NamedExpression): CelValue {
    const shown = JSON.stringify(name);
    if ('problem' in expression) {
      throw new CelError(`composited variable ${shown} fails to compile: ${expression.problem}`);
    }
    try {
      return this.run(expression);
    } catch (error) {
      if (!(error instanceof CelError)) throw error;
      throw new CelError(`composited variable ${shown} fails to evaluate: ${error.message}`);
    }
  }
}

type Worked = { readonly value: CelValue } | { readonly error: CelError };

/** Values that are worked out when they are asked for. */
class LazyMap extends Map<CelKey, CelValue> {
  private readonly known: ReadonlyMap<string, NamedExpression>;
  private readonly work: (asked: NamedExpression) => CelValue;
  private readonly worked = new Map<string, Worked>();

  constructor(known: readonly NamedExpression[], work: (asked: NamedExpression) => CelValue) {
    super();
    this.known = new Map(known.map((one) => [one.name, one]));
    this.work = work;
  }

  override has(name: CelKey): boolean {
    return this.known.has(String(name));
  }

  override get(name: CelKey): CelValue | undefined {
    const asked = this.known.get(String(name));
    if (asked === undefined) return undefined;
    const worked = this.worked.get(asked.name) ?? this.once(asked);
    this.worked.set(asked.name, worked);
    if ('error' in worked) throw worked.error;
    return worked.value;
  }

  private once(asked: NamedExpression): Worked {
    try {
      return { value: this.work(asked) };
    } catch (error) {
      if (error instanceof CelError) return { error };
      throw error;
    }
  }
}

function scopeOf({ object, oldObject, request, namespaceObject, params, authorizer }: ExpressionInput) {
  const scope = new Map<string, CelValue>([
    ['object', plainValue(object)],
    ['oldObject', plainValue(oldObject)],
    ['request', plainValue(request)],
    ['namespaceObject', plainValue(namespaceObject)],
    ['params', plainValue(params)],
  ]);
  if (authorizer !== undefined) {
    const whom = new CelAuthorizer(authorizer.ask);
    scope.set('authorizer', whom);
    scope.set('authorizer.requestResource', new CelResourceCheck(whom, authorizer.requestResource));
  }
  return scope;
}

/** A JSON value as expressions see it that know nothing of its schema. */
function plainValue(value: unknown): CelValue {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (!isObject(value)) return null;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return new Map(entries.map(([key, inner]) => [key, plainValue(inner)]));
}
