import type { Duplex } from 'node:stream';
import type { NodeDirectory } from '#client/node-port.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { serviceNameLabel } from '#kinds/endpoint-slice/labels.ts';
import type { EndpointSlice } from '#kinds/endpoint-slice/schema.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import type { ApiCore } from '../core.ts';
import { readObject } from '../read.ts';
import { destination } from '../subresources/locate.ts';
import { serviceBackend } from '../subresources/service-backend.ts';
import type { NetworkAddress } from './webhook-caller.ts';

/** Connects to who stands behind a port of a service, or says where that is. Throws, in upstream's words, when nobody does. */
export type ServiceRoute = (namespace: string, name: string, port: number) => Promise<Duplex | NetworkAddress>;

/** Through the node of a ready pod; for a service without selector to an endpoint that somebody wrote down; for one that stands for
 *  a name elsewhere, there. */
export function serviceRoute(parts: Pick<ApiCore, 'objects' | 'backends'>, nodes: NodeDirectory): ServiceRoute {
  return async (namespace, name, port) => {
    const resource = services as unknown as ResourceDefinition;
    const service = await readService(parts, namespace, name);
    const { type, externalName = '', selector = {} } = service.spec;
    if (type === 'ExternalName') return { host: externalName, port };
    if (Object.keys(selector).length === 0) return writtenEndpoint(parts, service, port);
    const backend = await serviceBackend(parts, { resource, namespace, name }, { name, port: String(port) });
    return destination(nodes, 'https', backend).dial();
  };
}

async function readService({ objects }: Pick<ApiCore, 'objects'>, namespace: string, name: string): Promise<Service> {
  const resource = services as unknown as ResourceDefinition;
  try {
    return (await readObject(objects, { resource, namespace, name }, undefined)) as Service;
  } catch (error) {
    throw isNotFound(error) ? new Error(`service ${JSON.stringify(name)} not found`) : error;
  }
}

function writtenEndpoint(
  { objects, backends }: Pick<ApiCore, 'objects' | 'backends'>,
  { metadata, spec }: Service,
  asked: number,
): NetworkAddress {
  const name = JSON.stringify(metadata.name);
  const wanted = spec.ports?.find(({ port }) => port === asked);
  if (wanted === undefined) throw new Error(`no service port ${asked} found for service ${name}`);
  const found = objects
    .all(endpointSlices, metadata.namespace)
    .filter(({ metadata: { labels } }) => labels?.[serviceNameLabel] === metadata.name)
    .flatMap((slice) => addressesIn(slice, wanted.name ?? ''));
  const chosen = found[backends.int(Math.max(1, found.length))];
  if (chosen === undefined) throw new Error(`no endpoints available for service ${name}`);
  return chosen;
}

function addressesIn({ ports = [], endpoints = [] }: EndpointSlice, portName: string): readonly NetworkAddress[] {
  const port = ports?.find(({ name = '' }) => name === portName)?.port;
  if (port === undefined || port === null) return [];
  return (endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses: [host] }) => (host === undefined ? [] : [{ host, port }]));
}
