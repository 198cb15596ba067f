import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { validatingWebhookConfigurations } from '#kinds/webhook-configuration/webhook-configurations.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../admission/chain.ts';
import { askWebhook, WebhookFailure, type WebhookParts } from './ask.ts';
import type { Asked, Invocation } from './asked.ts';
import { isJudged } from './exempt.ts';
import { type Hook, hooksOf } from './hooks.ts';
import { invocationOf } from './invocation.ts';

/** Asks those outside who judge finished objects, all at once; one refusal is enough
 *  (admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration). */
export function validatingWebhooks(parts: WebhookParts): AdmissionPlugin {
  const hooks = hooksOf(parts.objects, validatingWebhookConfigurations as never);
  return {
    name: 'ValidatingAdmissionWebhook',
    handles: isJudged,
    validate: (object, request) => {
      const all = hooks();
      return all.length === 0 ? undefined : judge(parts, all, object, request);
    },
  };
}

async function judge(
  parts: WebhookParts,
  hooks: readonly Hook[],
  object: KubeObject,
  request: AdmissionRequest,
): Promise<void> {
  const asked: Asked = { request, object: request.operation === 'DELETE' ? undefined : object };
  const invocations: Invocation[] = [];
  for (const hook of hooks) {
    const invocation = await invocationOf(parts, hook, asked);
    if (invocation !== undefined) invocations.push(invocation);
  }
  const outcomes = await Promise.allSettled(
    invocations.map((invocation, index) => judgeOne(parts, invocation, asked, index)),
  );
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
}

async function judgeOne(parts: WebhookParts, invocation: Invocation, asked: Asked, index: number): Promise<void> {
  try {
    await askWebhook(parts, invocation, asked, false);
  } catch (error) {
    if (!(error instanceof WebhookFailure)) throw error;
    const { failurePolicy, name } = invocation.hook.webhook;
    if (failurePolicy !== 'Ignore') throw apiErrors.internal(error.message);
    const key = `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`;
    asked.request.context.audit?.annotate(key, name);
  }
}
