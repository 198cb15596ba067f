import type { ObjectReference } from '#kinds/meta/references.ts';
import { validateReachable } from '#kinds/meta/special-addresses.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import { isPodReady, isTerminalPhase } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { hasAddress } from '#kinds/service/defaults.ts';
import type { Service, ServicePort } from '#kinds/service/schema.ts';

/** A port of a service as one of its pods has it. */
export interface MemberPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

/** A pod that stands behind a service. */
export interface Member {
  readonly pod: Pod;
  readonly ip: string;
  readonly hostname: string | undefined;
  readonly ports: readonly MemberPort[];
  /** Whether it works, on its way out or not. */
  readonly serving: boolean;
  readonly terminating: boolean;
  /** Whether it is to be used. */
  readonly ready: boolean;
}

/** Whether somebody else fills what stands behind the service, or nobody does. */
export function isSelfMade({ spec }: Service): boolean {
  return spec.selector === undefined || !hasAddress(spec);
}

/** Whether the pod may stand behind the service. */
export function selects({ spec }: Service, { metadata }: Pod): boolean {
  const labels = metadata.labels ?? {};
  return Object.entries(spec.selector ?? {}).every(([key, value]) => labels[key] === value);
}

/** Those of the selected pods that have an address and have not ended, in the order of their names (API field `spec.selector` of
 *  Service). An address that nobody beyond the machine could use is none: the API takes none such. */
export function membersOf(service: Service, selected: readonly Pod[], family: 4 | 6 = 4): readonly Member[] {
  return selected
    .filter(({ status }) => !isTerminalPhase(status.phase))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .flatMap((pod) => {
      const ip = addressOf(pod, family);
      return ip === undefined ? [] : [member(service, pod, ip)];
    });
}

function addressOf({ status }: Pod, family: 4 | 6): string | undefined {
  const all = status.podIPs?.map(({ ip }) => ip) ?? [status.podIP ?? ''];
  return all.find((ip) => ipFamily(ip) === family && validateReachable(ip, '').length === 0);
}

function member(service: Service, pod: Pod, ip: string): Member {
  const { hostname, subdomain } = pod.spec;
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return {
    pod,
    ip,
    hostname: hostname && subdomain === service.metadata.name ? hostname : undefined,
    ports: (service.spec.ports ?? []).flatMap((port) => portOf(port, pod)),
    serving,
    terminating,
    ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating),
  };
}

/** A pod that has no port of the name is reached on the others alone. */
function portOf({ name, port, targetPort = port, protocol = 'TCP', appProtocol }: ServicePort, pod: Pod) {
  const number = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort, protocol);
  if (number === undefined) return [];
  return [
    {
      ...(name === undefined ? {} : { name }),
      port: number,
      protocol,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    },
  ];
}

/** Containers first, then those that start before them and stay. */
function namedPort({ spec }: Pod, name: string, protocol: string): number | undefined {
  const staying = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...spec.containers, ...staying].flatMap((container) => container.ports ?? []);
  return ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}

/** Which pod it is, for those who look behind the address. */
export function targetOf({ metadata }: Pod): ObjectReference {
  return { kind: 'Pod', namespace: metadata.namespace, name: metadata.name, uid: metadata.uid };
}

export const headlessLabel = 'service.kubernetes.io/headless';

/** The labels of what is published for a service: its own, and whether it has an address. */
export function publishedLabels({ metadata, spec }: Service): { readonly [key: string]: string } {
  const { [headlessLabel]: _given, ...labels } = metadata.labels ?? {};
  return spec.clusterIP === 'None' ? { ...labels, [headlessLabel]: '' } : labels;
}
