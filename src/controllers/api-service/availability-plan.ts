import { type Availability, localAvailability } from '#kinds/api-service/availability.ts';
import type { APIService, ServiceReference } from '#kinds/api-service/schema.ts';
import type { EndpointSlice } from '#kinds/endpoint-slice/schema.ts';
import { goQuote } from '#kinds/meta/quote.ts';
import type { Service } from '#kinds/service/schema.ts';

/** What stands behind the service of an APIService now. */
export interface Behind {
  readonly service: Service | undefined;
  readonly slices: readonly EndpointSlice[];
}

/** Whether an APIService answers, as upstream finds it out: service, port, endpoints; then the service would be asked, and here
 *  nobody asks it. */
export function planAvailability({ spec }: APIService, { service, slices }: Behind): Availability {
  if (spec.service === undefined) return localAvailability;
  const { namespace = '', name = '', port = 443 } = spec.service;
  const not = (reason: string, message: string): Availability => ({ status: 'False', reason, message });
  const place = `service/${name} in ${goQuote(namespace)}`;
  if (service === undefined) return not('ServiceNotFound', `${place} is not present`);
  if (service.spec.type === 'ClusterIP') {
    const offered = service.spec.ports?.find((each) => each.port === port);
    if (offered === undefined) return not('ServicePortError', `${place} is not listening on port ${port}`);
    if (slices.length === 0) return not('EndpointsNotFound', `cannot find endpointslices for ${place}`);
    const { name: portName = '' } = offered;
    if (!slices.some((slice) => answersAt(slice, portName))) {
      const message = `endpointslices for ${place} have no addresses with port name ${goQuote(portName)}`;
      return not('MissingEndpoints', message);
    }
  }
  const why = 'requests are not handed on to other API servers here';
  return not('FailedDiscoveryCheck', `failing or missing response from ${addressOf(spec, spec.service)}: ${why}`);
}

function answersAt({ endpoints, ports }: EndpointSlice, portName: string): boolean {
  const isReady = (endpoints ?? []).some(({ conditions }) => conditions?.ready ?? true);
  return isReady && (ports ?? []).some(({ name = '', port }) => name === portName && port !== undefined);
}

function addressOf({ group, version }: APIService['spec'], to: ServiceReference): string {
  return `https://${to.name}.${to.namespace}.svc:${to.port}/apis/${group}/${version}`;
}
