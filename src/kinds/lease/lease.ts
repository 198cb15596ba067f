import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { Lease } from '#kinds/lease/schema.ts';
import { checkNotNegative } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

const table: TableDefinition<Lease> = {
  columns: [nameColumn, column('Holder', { description: 'Who holds the lease now.' }), ageColumn],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    spec.holderIdentity ?? '',
    ageOf(metadata.creationTimestamp, now),
  ],
};

function validateLease({ spec }: Lease): readonly FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions } = spec;
  return [
    ...(seconds === undefined || seconds > 0
      ? []
      : [fieldError.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]),
    ...checkNotNegative('spec.leaseTransitions', leaseTransitions),
  ];
}

/** Choosing among candidates is a feature that is switched off at this level of Kubernetes (gate CoordinatedLeaderElection). */
function dropElection({ spec }: Draft<Lease>): void {
  delete spec.strategy;
  delete spec.preferredHolder;
}

export const leases = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  schema: Lease,
  // Whoever renews a lease must have seen who holds it.
  rules: {
    createOnUpdate: true,
    unconditionalUpdate: false,
    plainFinalizers: true,
    prepareCreate: dropElection,
    prepareUpdate: dropElection,
    validate: validateLease,
    validateUpdate: validateLease,
  },
  table,
});
