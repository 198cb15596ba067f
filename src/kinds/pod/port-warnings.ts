import type { ContainerPort } from '#kinds/pod/schema/container.ts';

type Warnings = readonly string[];

/** A port of a container and where it stands. */
export interface PlacedPort {
  readonly port: ContainerPort;
  readonly field: string;
}

/** Ports of all containers of a pod that stand in each other's way, in the order of upstream: first what they are, then their names. */
export function portWarnings(ports: readonly PlacedPort[]): Warnings {
  return [
    ...ports.flatMap((one, index) => [...addressWarnings(one), ...doubleWarnings(one, ports.slice(0, index))]),
    ...ports.flatMap((one, index) => nameWarnings(one, ports.slice(0, index))),
  ];
}

function addressWarnings({ port, field }: PlacedPort): Warnings {
  const { name = '', hostPort = 0, containerPort, protocol, hostIP = '' } = port;
  if (hostIP === '' || hostPort !== 0) return [];
  const shown = `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
  return [`${field}: hostIP set without hostPort: ${shown}`];
}

function doubleWarnings({ port, field }: PlacedPort, earlier: readonly PlacedPort[]): Warnings {
  return earlier
    .filter(({ port: other }) => other.containerPort === port.containerPort && other.protocol === port.protocol)
    .flatMap(({ port: other, field: otherField }) => {
      const how = relation(port, other);
      return how === undefined ? [] : [`${field}: ${how} port definition with ${otherField}`];
    });
}

/** How two definitions of one container port clash, if they do. */
function relation(
  a: ContainerPort,
  b: ContainerPort,
): 'duplicate' | 'overlapping' | 'dangerously ambiguous' | undefined {
  const [portA, portB] = [a.hostPort ?? 0, b.hostPort ?? 0];
  const [addressA, addressB] = [a.hostIP ?? '', b.hostIP ?? ''];
  if (portA === portB && addressA === addressB) return 'duplicate';
  if (portA === 0 || portB === 0) return 'overlapping';
  return portA === portB && (addressA === '') !== (addressB === '') ? 'dangerously ambiguous' : undefined;
}

function nameWarnings({ port: { name }, field }: PlacedPort, earlier: readonly PlacedPort[]): Warnings {
  const first = name ? earlier.find(({ port }) => port.name === name) : undefined;
  if (first === undefined) return [];
  return [
    `${field}: duplicate port name ${JSON.stringify(name)} with ${first.field}, ` +
      `services and probes that select ports by name will use ${first.field}`,
  ];
}
