import { TokenRequest } from '#kinds/authentication/schema.ts';
import { defineResource } from '#kinds/define.ts';
import { ServiceAccount } from '#kinds/service-account/schema.ts';
import { plainTable } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

/** Of a secret, its name is all that counts. */
function keepSecretNames(account: Draft<ServiceAccount>): void {
  if (account.secrets === undefined) return;
  account.secrets = account.secrets.map(({ name }) => (name === undefined ? {} : { name }));
}

const mountableAnnotation = 'kubernetes.io/enforce-mountable-secrets';

function mountingWarnings(account: ServiceAccount, old: ServiceAccount | undefined): readonly string[] {
  const says = (one: ServiceAccount | undefined) => one?.metadata.annotations?.[mountableAnnotation] !== undefined;
  if (!says(account) || says(old)) return [];
  const text = 'deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets';
  return [`metadata.annotations[${mountableAnnotation}]: ${text}`];
}

export const serviceAccounts = defineResource<ServiceAccount>({
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  schema: ServiceAccount,
  subresources: [
    {
      name: 'token',
      group: 'authentication.k8s.io',
      version: 'v1',
      kind: 'TokenRequest',
      verbs: ['create'],
      schema: TokenRequest,
    },
  ],
  rules: {
    revalidatesMetadata: true,
    answersDeleted: true,
    prepareCreate: keepSecretNames,
    prepareUpdate: keepSecretNames,
    warnings: mountingWarnings,
  },
  table: plainTable,
});
