import { TokenRequest } from '#kinds/authentication/schema.ts';
import { defineResource } from '#kinds/define.ts';
import { ServiceAccount } from '#kinds/service-account/schema.ts';
import { plainTable } from '#kinds/table.ts';

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
  rules: { revalidatesMetadata: true, answersDeleted: true },
  table: plainTable,
});
