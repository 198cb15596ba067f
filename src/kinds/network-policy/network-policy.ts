import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { formatSelector, selectorOf } from '#kinds/meta/selector.ts';
import { NetworkPolicy } from '#kinds/network-policy/schema.ts';
import {
  networkPolicyWarnings,
  validateNetworkPolicy,
  validateNetworkPolicyUpdate,
} from '#kinds/network-policy/validate.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

const note = 'NetworkPolicies are kept here but not enforced: every pod reaches, and is reached by, all others';

const table: TableDefinition<NetworkPolicy> = {
  columns: [nameColumn, column('Pod-Selector', { description: 'The pods it is for, by their labels.' }), ageColumn],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    formatSelector(selectorOf(spec.podSelector)) || '<none>',
    ageOf(metadata.creationTimestamp, now),
  ],
};

function defaultNetworkPolicy({ spec }: Draft<NetworkPolicy>): void {
  for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) {
    for (const port of rule.ports ?? []) port.protocol ??= 'TCP';
  }
  if (spec.policyTypes !== undefined && spec.policyTypes.length > 0) return;
  spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

export const networkPolicies = defineResource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  namespaced: true,
  schema: NetworkPolicy,
  rules: {
    managesGeneration: true,
    defaults: defaultNetworkPolicy,
    validate: validateNetworkPolicy,
    validateUpdate: validateNetworkPolicyUpdate,
    warnings: networkPolicyWarnings,
    notes: (_policy, old) => (old === undefined ? [note] : []),
  },
  table,
});
