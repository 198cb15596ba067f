import { AdmissionEvaluation, conditionSteps, type NamedExpression } from '#kinds/admission-expression/evaluation.ts';
import { compileConditions, judgeConditions } from '#kinds/admission-expression/match-conditions.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { AccessVerdicts } from '../admission/access-verdicts.ts';
import { expressionInput } from '../admission/expression-input.ts';
import type { Authorizer } from '../core.ts';
import { type Asked, type Invocation, nameOf } from './asked.ts';
import type { Hook } from './hooks.ts';

/** Each webhook's, read when they are first asked. */
const compiled = new WeakMap<Hook, readonly NamedExpression[]>();

/** Whether the conditions of a webhook ask for a request (admissionregistration.k8s.io/v1 MatchCondition). If that cannot be told the
 *  failure policy decides: then the webhook is not asked, or this throws Forbidden. */
export async function conditionsHold(decide: Authorizer, invocation: Invocation, asked: Asked): Promise<boolean> {
  const { hook } = invocation;
  const { matchConditions = [], failurePolicy } = hook.webhook;
  if (matchConditions.length === 0) return true;
  const conditions = compiled.get(hook) ?? compileConditions(matchConditions, { params: false });
  compiled.set(hook, conditions);
  const { request } = asked;
  const verdicts = new AccessVerdicts(decide, request.context.user);
  const verdict = await verdicts.during((ask) =>
    judgeConditions(conditions, new AdmissionEvaluation(expressionInput(invocation, asked, { ask }), conditionSteps)),
  );
  if (verdict.matches !== undefined) return verdict.matches;
  if (failurePolicy === 'Ignore') return false;
  throw apiErrors.forbidden(request.resource, nameOf(asked), verdict.error);
}
