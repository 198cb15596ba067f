import { defineResource } from '#kinds/define.ts';
import { Lease } from '#kinds/lease/schema.ts';
import { plainTable } from '#kinds/table.ts';

export const leases = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  schema: Lease,
  table: plainTable,
});
