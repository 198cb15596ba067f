import type { PodSpec } from '#kinds/pod/schema/spec.ts';

/** A port of the node itself that a container takes. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const anyAddress = '0.0.0.0';

/** The node's ports that a pod takes, those of its sidecars included. */
export function hostPortsOf(spec: PodSpec): readonly HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...sidecars, ...spec.containers].flatMap((container) =>
    (container.ports ?? []).flatMap(({ hostIP, hostPort = 0, protocol }) =>
      hostPort > 0 ? [{ ip: hostIP || anyAddress, protocol: protocol || 'TCP', port: hostPort }] : [],
    ),
  );
}

/** Whether two ports cannot be taken on one node: an open address takes the port on all addresses. */
export function portsClash(a: HostPort, b: HostPort): boolean {
  return (
    a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === anyAddress || b.ip === anyAddress)
  );
}
