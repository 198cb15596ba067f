import { defineResource } from '#kinds/define.ts';
import type { KindRules, TableDefinition } from '#kinds/definition.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import { defaultMutating, defaultValidating } from '#kinds/webhook-configuration/defaults.ts';
import { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '#kinds/webhook-configuration/schema.ts';
import { staticNameWarnings } from '#kinds/webhook-configuration/static-names.ts';
import { type Configuration, validateWebhooks } from '#kinds/webhook-configuration/validate.ts';

/** Who is asked about requests to the API. */

const table: TableDefinition<Configuration> = {
  columns: [nameColumn, column('Webhooks', { type: 'integer', description: 'How many there are in it.' }), ageColumn],
  cells: ({ metadata, webhooks = [] }, now) => [metadata.name, webhooks.length, ageOf(metadata.creationTimestamp, now)],
};

const shared = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  categories: ['api-extensions'],
  namespaced: false,
  table,
} as const;

const rules: Partial<KindRules<Configuration>> = {
  managesGeneration: true,
  unconditionalUpdate: false,
  revalidatesMetadata: true,
  validate: validateWebhooks,
  validateUpdate: validateWebhooks,
  warnings: staticNameWarnings,
};

export const validatingWebhookConfigurations = defineResource<ValidatingWebhookConfiguration>({
  ...shared,
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  schema: ValidatingWebhookConfiguration,
  rules: { ...rules, defaults: defaultValidating },
});

export const mutatingWebhookConfigurations = defineResource<MutatingWebhookConfiguration>({
  ...shared,
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  schema: MutatingWebhookConfiguration,
  rules: { ...rules, defaults: defaultMutating },
});
