import type {
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '#kinds/webhook-configuration/schema.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what webhooks leave out (admissionregistration.k8s.io/v1 ValidatingWebhook). */
export function defaultValidating({ webhooks = [] }: Draft<ValidatingWebhookConfiguration>): void {
  for (const webhook of webhooks) defaultWebhook(webhook);
}

/** Fills in what webhooks leave out (admissionregistration.k8s.io/v1 MutatingWebhook). */
export function defaultMutating({ webhooks = [] }: Draft<MutatingWebhookConfiguration>): void {
  for (const webhook of webhooks) {
    defaultWebhook(webhook);
    webhook.reinvocationPolicy ??= 'Never';
  }
}

function defaultWebhook(webhook: Draft<ValidatingWebhook>): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  for (const rule of webhook.rules ?? []) rule.scope ??= '*';
  const { service } = webhook.clientConfig;
  if (service !== undefined) service.port ??= 443;
}
