import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { Lease } from '#kinds/lease/schema.ts';
import { checkNotNegative, checkOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<Lease> = {
  columns: [nameColumn, column('Holder', { description: 'Who holds the lease now.' }), ageColumn],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    spec.holderIdentity ?? '',
    ageOf(metadata.creationTimestamp, now),
  ],
};

function validateLease({ spec }: Lease): readonly FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions, strategy, preferredHolder } = spec;
  const alone = preferredHolder !== undefined && preferredHolder !== '' && !strategy;
  return [
    ...(seconds === undefined || seconds > 0
      ? []
      : [fieldError.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')]),
    ...checkNotNegative('spec.leaseTransitions', leaseTransitions),
    ...checkOneOf('spec.strategy', strategy, ['OldestEmulationVersion']),
    ...(alone
      ? [fieldError.forbidden('spec.preferredHolder', 'may only be specified when `strategy` is defined')]
      : []),
  ];
}

export const leases = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  schema: Lease,
  // Whoever renews a lease must have seen who holds it.
  rules: { createOnUpdate: true, unconditionalUpdate: false, validate: validateLease, validateUpdate: validateLease },
  table,
});
