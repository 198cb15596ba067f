import { defineResource } from '#kinds/define.ts';
import { wayInWarnings } from '#kinds/meta/cidr.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { defaultService } from '#kinds/service/defaults.ts';
import { dropUnread, dropUnused } from '#kinds/service/keep-given.ts';
import { Service } from '#kinds/service/schema.ts';
import { serviceTable } from '#kinds/service/table.ts';
import { validateServiceStatus } from '#kinds/service/validate/load-balancer.ts';
import { validateService, validateServiceUpdate } from '#kinds/service/validate/service.ts';
import { serviceWarnings } from '#kinds/service/warnings.ts';

const note =
  'Services are kept here but nothing is routed to their addresses: pods are reached at those of their nodes';

export const services = defineResource<Service>({
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  schema: Service,
  subresources: [
    {
      name: 'proxy',
      kind: 'ServiceProxyOptions',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      proxies: true,
    },
  ],
  rules: {
    hasStatus: true,
    createOnUpdate: true,
    nameProblems: labelProblems,
    defaults: defaultService,
    prepareCreate: dropUnread,
    prepareUpdate: dropUnused,
    validate: (service) => validateService(service),
    validateUpdate: validateServiceUpdate,
    validateStatusUpdate: validateServiceStatus,
    warnings: serviceWarnings,
    statusWarnings: wayInWarnings,
    notes: (_service, old) => (old === undefined ? [note] : []),
  },
  table: serviceTable,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
});
