import type { Json } from '#base/json.ts';
import {
  AdmissionEvaluation,
  conditionSteps,
  type ExpressionInput,
  type NamedExpression,
} from '#kinds/admission-expression/evaluation.ts';
import { compileConditions, judgeConditions } from '#kinds/admission-expression/match-conditions.ts';
import type { AskAccess } from '#kinds/cel/authorizer-functions.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { AccessVerdicts } from '../admission/access-verdicts.ts';
import type { Authorizer } from '../core.ts';
import { askedRequest } from './admission-review.ts';
import { type Asked, type Invocation, nameOf, namespaceOf } from './asked.ts';
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
    judgeConditions(conditions, new AdmissionEvaluation(inputOf(invocation, asked, ask), conditionSteps)),
  );
  if (verdict.matches !== undefined) return verdict.matches;
  if (failurePolicy === 'Ignore') return false;
  throw apiErrors.forbidden(request.resource, nameOf(asked), verdict.error);
}

function inputOf(invocation: Invocation, asked: Asked, ask: AskAccess): ExpressionInput {
  const { object, oldObject, ...request } = askedRequest(invocation, asked) as { readonly [field: string]: Json };
  const { resource, subresource } = asked.request;
  const namespace = namespaceOf(asked);
  return {
    ...{ object, oldObject, request, namespaceObject: null },
    authorizer: {
      ask,
      requestResource: {
        group: resource.group,
        resource: resource.plural,
        name: nameOf(asked),
        ...(subresource === undefined ? {} : { subresource }),
        ...(namespace === undefined ? {} : { namespace }),
      },
    },
  };
}
