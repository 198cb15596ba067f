import { kubernetesService } from '#kinds/service/kubernetes-service.ts';
import type { Service, ServicePort } from '#kinds/service/schema.ts';

/** The API server as containers are told of it, in `KUBERNETES_*` variables. */
export interface ServiceAddress {
  readonly host: string;
  readonly port: number;
}

type Variables = readonly (readonly [name: string, value: string])[];

/** What containers are told of these services, those of their namespace, and of the API server in any case. Services without an address of
 *  their own are left out. */
export function serviceVariables(
  services: readonly Service[],
  apiServer: ServiceAddress | undefined,
): ReadonlyMap<string, string> {
  return new Map([...services.flatMap(variablesOf), ...apiServerVariables(apiServer)]);
}

/** Of the service `kubernetes` the address is what it really is, as nothing is routed to that of the service. */
function apiServerVariables(address: ServiceAddress | undefined): Variables {
  if (address === undefined) return [];
  const { host, port } = address;
  return variablesFor('KUBERNETES', host, [{ name: 'https', port, protocol: 'TCP' }]);
}

function variablesOf({ metadata, spec }: Service): Variables {
  const { clusterIP = '', ports = [] } = spec;
  if (clusterIP === '' || clusterIP === 'None' || metadata.name === kubernetesService.name) return [];
  return variablesFor(variableName(metadata.name), clusterIP, ports);
}

function variablesFor(
  prefix: string,
  host: string,
  ports: readonly Pick<ServicePort, 'name' | 'port' | 'protocol'>[],
): Variables {
  const [first] = ports;
  if (first === undefined) return [];
  const urlOf = ({ port, protocol = 'TCP' }: Pick<ServicePort, 'port' | 'protocol'>): string =>
    `${protocol.toLowerCase()}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const named = ports.flatMap(
    ({ name = '', port }): Variables =>
      name === '' ? [] : [[`${prefix}_SERVICE_PORT_${variableName(name)}`, String(port)]],
  );
  const links = ports.flatMap((one): Variables => {
    const { port, protocol = 'TCP' } = one;
    const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
    return [
      [link, urlOf(one)],
      [`${link}_PROTO`, protocol.toLowerCase()],
      [`${link}_PORT`, String(port)],
      [`${link}_ADDR`, host],
    ];
  });
  return [
    [`${prefix}_SERVICE_HOST`, host],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...named,
    [`${prefix}_PORT`, urlOf(first)],
    ...links,
  ];
}

function variableName(text: string): string {
  return text.replaceAll('-', '_').toUpperCase();
}
