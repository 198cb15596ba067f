import type { TableDefinition } from '#kinds/definition.ts';
import type { Ingress, IngressRule } from '#kinds/ingress/schema.ts';
import { entrances } from '#kinds/service/table.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const hostsShown = 3;

export const ingressTable: TableDefinition<Ingress> = {
  columns: [
    nameColumn,
    column('Class', { description: 'The IngressClass, which says who carries it out.' }),
    column('Hosts', { description: 'The hosts whose requests it is for.' }),
    column('Address', { description: 'The ways in.' }),
    column('Ports', { description: 'The ports of the ways in.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec.ingressClassName ?? '<none>',
    hosts(spec.rules ?? []),
    entrances(status.loadBalancer).join(','),
    (spec.tls ?? []).length > 0 ? '80, 443' : '80',
    ageOf(metadata.creationTimestamp, now),
  ],
};

/** The first few. Upstream counts as left out all rules beyond as many, also those of no host. */
function hosts(rules: readonly IngressRule[]): string {
  const named = rules.flatMap(({ host }, index) => (host ? [{ host, index }] : []));
  if (named.length === 0) return '*';
  const shown = named
    .slice(0, hostsShown)
    .map(({ host }) => host)
    .join(',');
  const last = named[hostsShown - 1];
  return last !== undefined && last.index < rules.length - 1
    ? `${shown} + ${rules.length - hostsShown} more...`
    : shown;
}
