import { defineResource } from '#kinds/define.ts';
import type { KindRules, TableDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import { defaultMutating, defaultValidating } from '#kinds/webhook-configuration/defaults.ts';
import { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '#kinds/webhook-configuration/schema.ts';
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

const reservedSuffix = '.static.k8s.io';

function warnings({ metadata }: KubeObject): readonly string[] {
  if (!metadata.name.endsWith(reservedSuffix)) return [];
  return [
    `metadata.name: names ending with "${reservedSuffix}" are reserved for static manifest-based configurations and cannot be managed via the API`,
  ];
}

const rules: Partial<KindRules<Configuration>> = {
  managesGeneration: true,
  unconditionalUpdate: false,
  revalidatesMetadata: true,
  validate: validateWebhooks,
  validateUpdate: validateWebhooks,
  warnings,
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
