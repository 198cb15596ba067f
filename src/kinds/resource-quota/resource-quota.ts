import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';
import { roundQuantities } from '#kinds/pod/container-defaults.ts';
import { ResourceQuota } from '#kinds/resource-quota/schema.ts';
import { validateQuota, validateQuotaStatus, validateQuotaUpdate } from '#kinds/resource-quota/validate.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<ResourceQuota> = {
  columns: [
    nameColumn,
    column('Request', { description: 'Used and allowed of what is counted or requested.' }),
    column('Limit', { description: 'Used and allowed of what containers are limited to.' }),
    ageColumn,
  ],
  cells: (quota, now) => [
    quota.metadata.name,
    shares(quota, (resource) => !resource.startsWith('limits.')),
    shares(quota, (resource) => resource.startsWith('limits.')),
    ageOf(quota.metadata.creationTimestamp, now),
  ],
};

function shares({ status }: ResourceQuota, shown: (resource: string) => boolean): string {
  const resources = Object.keys(status.hard ?? {})
    .filter(shown)
    .toSorted();
  return resources.map((name) => `${name}: ${status.used?.[name] ?? '0'}/${status.hard?.[name]}`).join(', ');
}

/** Less may be requested in all than limits allow. */
function quotaWarnings({ spec: { hard = {} } }: ResourceQuota): readonly string[] {
  return ['cpu', 'memory', 'storage', 'ephemeral-storage'].flatMap((resource) => {
    const isPlain = hard[`requests.${resource}`] === undefined && (resource === 'cpu' || resource === 'memory');
    const name = isPlain ? resource : `requests.${resource}`;
    const [request, limit] = [hard[name], hard[`limits.${resource}`]];
    if (request === undefined || limit === undefined || compareQuantities(request, limit) <= 0) return [];
    return [`ResourceQuota ${name} (${request}) should be less than limits.${resource} (${limit})`];
  });
}

export const resourceQuotas = defineResource<ResourceQuota>({
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  schema: ResourceQuota,
  rules: {
    hasStatus: true,
    answersDeleted: true,
    defaults: ({ spec, status }) => {
      for (const amounts of [spec.hard, status.hard, status.used]) roundQuantities(amounts);
    },
    validate: validateQuota,
    validateUpdate: validateQuotaUpdate,
    validateStatusUpdate: validateQuotaStatus,
    warnings: (quota, old) => (old === undefined ? quotaWarnings(quota) : []),
  },
  table,
});
