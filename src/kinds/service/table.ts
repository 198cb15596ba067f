import type { TableDefinition } from '#kinds/definition.ts';
import type { Service, ServicePort } from '#kinds/service/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const none = '<none>';

export const serviceTable: TableDefinition<Service> = {
  columns: [
    nameColumn,
    column('Type', { description: 'How the service is reached.' }),
    column('Cluster-IP', { description: 'Its address in the cluster.' }),
    column('External-IP', { description: 'Its addresses outside.' }),
    column('Port(s)', { description: 'The ports it offers, with those of the nodes.' }),
    ageColumn,
    column('Selector', { priority: 1, description: 'The labels of the pods behind it.' }),
  ],
  cells: (service, now) => [
    service.metadata.name,
    service.spec.type ?? '',
    service.spec.clusterIP || none,
    externalAddresses(service),
    (service.spec.ports ?? []).map(shownPort).join(',') || none,
    ageOf(service.metadata.creationTimestamp, now),
    Object.entries(service.spec.selector ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .toSorted()
      .join(',') || none,
  ],
};

function externalAddresses({ spec, status }: Service): string {
  const own = spec.externalIPs ?? [];
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  if (spec.type !== 'LoadBalancer') return own.join(',') || none;
  const given = (status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  return [...given, ...own].join(',') || '<pending>';
}

function shownPort({ port, nodePort, protocol = '' }: ServicePort): string {
  return `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`;
}
