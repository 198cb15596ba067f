import { defineResource } from '#kinds/define.ts';
import { Endpoints } from '#kinds/endpoints/schema.ts';
import { endpointsWarnings, validateEndpoints, validateEndpointsUpdate } from '#kinds/endpoints/validate.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

/** How many addresses a row shows. */
const shownMax = 3;

export const endpoints = defineResource<Endpoints>({
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  schema: Endpoints,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  rules: {
    createOnUpdate: true,
    revalidatesMetadata: true,
    defaults: defaultEndpoints,
    validate: validateEndpoints,
    validateUpdate: validateEndpointsUpdate,
    warnings: endpointsWarnings,
  },
  table: {
    columns: [
      nameColumn,
      column('Endpoints', { description: 'The addresses that are ready, with their ports.' }),
      ageColumn,
    ],
    cells: (object, now) => [
      object.metadata.name,
      shownEndpoints(object),
      ageOf(object.metadata.creationTimestamp, now),
    ],
  },
});

function defaultEndpoints({ subsets = [] }: Draft<Endpoints>): void {
  for (const { ports = [] } of subsets) for (const port of ports) port.protocol ||= 'TCP';
}

/** A service without an address of its own may have no ports either; its addresses then stand alone. */
function shownEndpoints({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`)),
  );
  return withMore(all);
}

/** The first of `all`, and how many more there are. */
export function withMore(all: readonly string[]): string {
  const shown = all.slice(0, shownMax).join(',');
  return all.length > shownMax ? `${shown} + ${all.length - shownMax} more...` : shown;
}
