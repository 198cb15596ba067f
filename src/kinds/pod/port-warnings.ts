import { goQuote } from '#kinds/meta/quote.ts';
import type { ContainerPort } from '#kinds/pod/schema/container.ts';

type Warnings = readonly string[];

/** A port of a container and where it stands. */
export interface PlacedPort {
  readonly port: ContainerPort;
  readonly field: string;
}

/** More than the headers of an answer hold: a pod of a hundred thousand ports has billions. */
const warningsMax = 1_000;

/** Ports of all containers of a pod that stand in each other's way, in the order of upstream: first what they are, then their names. */
export function portWarnings(ports: readonly PlacedPort[]): Warnings {
  const found: string[] = [];
  const earlier = new Map<string, PlacedPort[]>();
  for (const one of ports) {
    if (found.length >= warningsMax) break;
    const { containerPort, protocol } = one.port;
    const rivals = earlier.get(`${protocol}/${containerPort}`) ?? [];
    found.push(...addressWarnings(one), ...doubleWarnings(one, rivals));
    earlier.set(`${protocol}/${containerPort}`, rivals);
    rivals.push(one);
  }
  return [...found.slice(0, warningsMax), ...nameWarnings(ports)];
}

function addressWarnings({ port, field }: PlacedPort): Warnings {
  const { name = '', hostPort = 0, containerPort, protocol, hostIP = '' } = port;
  if (hostIP === '' || hostPort !== 0) return [];
  const shown = `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
  return [`${field}: hostIP set without hostPort: ${shown}`];
}

/** `rivals`: those before it of the same port. */
function doubleWarnings({ port, field }: PlacedPort, rivals: readonly PlacedPort[]): Warnings {
  return rivals.flatMap(({ port: other, field: otherField }) => {
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

function nameWarnings(ports: readonly PlacedPort[]): Warnings {
  const firsts = new Map<string, string>();
  return ports.flatMap(({ port: { name }, field }) => {
    if (!name) return [];
    const first = firsts.get(name);
    if (first === undefined) {
      firsts.set(name, field);
      return [];
    }
    return [
      `${field}: duplicate port name ${goQuote(name)} with ${first}, ` +
        `services and probes that select ports by name will use ${first}`,
    ];
  });
}
