import type { TableDefinition } from '#kinds/definition.ts';
import type { Service, ServicePort } from '#kinds/service/schema.ts';
import { ageColumn, ageOf, column, labelText, nameColumn } from '#kinds/table.ts';

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
    labelText(service.spec.selector),
  ],
};

function externalAddresses({ spec, status }: Service): string {
  const own = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return own.join(',') || none;
    case 'LoadBalancer':
      return [...entrances(status.loadBalancer), ...own].join(',') || '<pending>';
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

/** The addresses of a load balancer in order, each once. */
export function entrances({ ingress = [] }: Entrances): readonly string[] {
  return [...new Set(ingress.flatMap(({ ip, hostname }) => ip || hostname || []))].toSorted();
}

interface Entrances {
  readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
}

function shownPort({ port, nodePort, protocol = '' }: ServicePort): string {
  return `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`;
}
