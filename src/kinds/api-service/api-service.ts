import { localAvailability, withAvailability } from '#kinds/api-service/availability.ts';
import { APIService } from '#kinds/api-service/schema.ts';
import { validateApiService, validateApiServiceStatus } from '#kinds/api-service/validate.ts';
import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { keepMetadata } from '#kinds/meta/keep-metadata.ts';
import { pathSegmentProblems } from '#kinds/meta/names.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

const portDefault = 443;

const table: TableDefinition<APIService> = {
  columns: [
    nameColumn,
    column('Service', { description: 'The service that answers, Local if it is this server.' }),
    column('Available', { description: 'Whether it answers.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec: { service }, status }, now) => [
    metadata.name,
    service === undefined ? 'Local' : `${service.namespace ?? ''}/${service.name ?? ''}`,
    availableText(status),
    ageOf(metadata.creationTimestamp, now),
  ],
};

function availableText({ conditions }: APIService['status']): string {
  const { status = 'Unknown', reason = '' } = findCondition(conditions, 'Available') ?? {};
  return status === 'True' || reason === '' ? status : `${status} (${reason})`;
}

const note =
  'APIServices are kept here but requests are not handed on to the services of others: their groups answer 503 Service Unavailable';

export const apiServices = defineResource<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  categories: ['api-extensions'],
  namespaced: false,
  schema: APIService,
  rules: {
    hasStatus: true,
    unowned: { status: [['metadata']] },
    unconditionalUpdate: false,
    nameProblems: pathSegmentProblems,
    revalidatesMetadata: true,
    defaults: ({ spec }: Draft<APIService>) => {
      if (spec.service !== undefined) spec.service.port ??= portDefault;
    },
    prepareCreate: (draft, { now }) => {
      if (draft.spec.service !== undefined) return;
      const { conditions = [] } = withAvailability({}, localAvailability, now);
      draft.status = { conditions: conditions.map((condition) => ({ ...condition })) };
    },
    prepareStatusUpdate: keepMetadata,
    validate: validateApiService,
    validateUpdate: validateApiService,
    validateStatusUpdate: validateApiServiceStatus,
    notes: ({ spec }, old) => (old === undefined && spec.service !== undefined ? [note] : []),
  },
  table,
});
