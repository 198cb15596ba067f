import { jsonEqual } from '#base/json.ts';
import { defineResource } from '#kinds/define.ts';
import { EndpointSlice, type SlicePort } from '#kinds/endpoint-slice/schema.ts';
import { sliceWarnings, validateSlice, validateSliceUpdate } from '#kinds/endpoint-slice/validate.ts';
import { withMore } from '#kinds/endpoints/endpoints.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

export const endpointSlices = defineResource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
  schema: EndpointSlice,
  rules: {
    managesGeneration: true,
    revalidatesMetadata: true,
    sharedMetadataOnly: ['update'],
    defaults: defaultSlice,
    prepareCreate: forgetTopology,
    prepareUpdate: (draft, old) => {
      if (!jsonEqual(draft.endpoints, old.endpoints)) forgetTopology(draft);
      // Its label says whose endpoints these are, so it counts as content.
      if (!jsonEqual(draft.metadata.labels, old.metadata.labels)) {
        draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
      }
    },
    validate: validateSlice,
    validateUpdate: validateSliceUpdate,
    warnings: sliceWarnings,
  },
  table: {
    columns: [
      nameColumn,
      column('AddressType', { description: 'What its addresses are.' }),
      column('Ports', { description: 'The ports of its endpoints.' }),
      column('Endpoints', { description: 'The addresses of its endpoints.' }),
      ageColumn,
    ],
    cells: ({ metadata, addressType, ports, endpoints }, now) => [
      metadata.name,
      addressType,
      withMore((ports ?? []).map(shownPort)) || '<unset>',
      withMore((endpoints ?? []).flatMap(({ addresses }) => addresses)) || '<unset>',
      ageOf(metadata.creationTimestamp, now),
    ],
  },
});

function defaultSlice(slice: Draft<EndpointSlice>): void {
  if (slice.endpoints?.length === 0) slice.endpoints = null;
  if (slice.ports?.length === 0) slice.ports = null;
  for (const port of slice.ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}

/** What an older version of the API kept there cannot be written any more. */
function forgetTopology({ endpoints }: Draft<EndpointSlice>): void {
  for (const endpoint of endpoints ?? []) delete endpoint.deprecatedTopology;
}

function shownPort({ port, name }: SlicePort): string {
  return port === undefined ? (name ?? '*') : String(port);
}
