import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { checkNotNegative, checkOneOf, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateIntOrPercent } from '#kinds/meta/int-or-percent.ts';
import { validateLabelSelector } from '#kinds/meta/selector.ts';
import { validateConditions } from '#kinds/meta/validate-conditions.ts';
import { PodDisruptionBudget } from '#kinds/pod-disruption-budget/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

type Findings = readonly FieldError[];

const table: TableDefinition<PodDisruptionBudget> = {
  columns: [
    nameColumn,
    column('Min Available', { description: 'How many pods must stay healthy.' }),
    column('Max Unavailable', { description: 'How many pods may be missing.' }),
    column('Allowed Disruptions', { type: 'integer', description: 'How many pods may be evicted now.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    String(spec.minAvailable ?? 'N/A'),
    String(spec.maxUnavailable ?? 'N/A'),
    status.disruptionsAllowed,
    ageOf(metadata.creationTimestamp, now),
  ],
};

function validateBudget({ spec }: PodDisruptionBudget): Findings {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  const both = minAvailable !== undefined && maxUnavailable !== undefined;
  const amount = (value: number | string | undefined, field: string): Findings =>
    value === undefined ? [] : validateIntOrPercent(value, field);
  return [
    ...(both
      ? [fieldError.invalid('spec', internally(spec), 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...amount(minAvailable, 'spec.minAvailable'),
    ...amount(maxUnavailable, 'spec.maxUnavailable'),
    ...validateLabelSelector(selector, 'spec.selector'),
    ...checkOneOf('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget']),
  ];
}

function validateStatus({ status }: PodDisruptionBudget): Findings {
  const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;
  return [
    ...validateConditions(status.conditions, 'status.conditions'),
    ...counts.flatMap((name) => checkNotNegative(`status.${name}`, status[name])),
  ];
}

export const podDisruptionBudgets = defineResource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  schema: PodDisruptionBudget,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    unconditionalUpdate: false,
    sharedMetadataOnly: ['create', 'update', 'status'],
    validate: validateBudget,
    validateUpdate: validateBudget,
    validateStatusUpdate: validateStatus,
  },
  table,
});
