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
  rules: { revalidatesMetadata: true, answersDeleted: true },
  table: plainTable,
});
