import type { SELinuxOptions } from '#kinds/pod/schema/security.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import {
  type AnyContainer,
  aboutContainers,
  containersOf,
  contextOf,
  distinct,
  type Judged,
  named,
  plural,
  quoted,
  type SecurityCheck,
  type SecurityFinding,
  setters,
} from '#kinds/pod/security/finding.ts';

const usualCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
/** Kernel parameters that concern the pod alone, and since which minor version they may be set. */
const safeSysctls: { readonly [name: string]: number } = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};
const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';
const seccompPodAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const seccompFieldSince = 19;
const engineTypeSince = 31;
const hostProbesSince = 34;
/** Since this minor version a pod with users of its own may do what would be too much on its node. */
const ownUsersSince = 35;

/** The rules of level baseline, in the order in which findings are listed (spec: api.md section 18.1). */
export const baselineChecks = {
  appArmor: checkAppArmor,
  capabilities: checkCapabilities,
  hostNamespaces: checkHostNamespaces,
  hostPaths: checkHostPaths,
  hostPorts: checkHostPorts,
  hostProbes: checkHostProbes,
  privileged: ({ spec }) =>
    aboutContainers(
      'privileged',
      containersOf(spec).filter((container) => contextOf(container).privileged === true),
      'must not set securityContext.privileged=true',
    ),
  procMount: checkProcMount,
  seLinux: checkSeLinux,
  seccomp: checkSeccomp,
  sysctls: checkSysctls,
  hostProcess: checkHostProcess,
} satisfies { readonly [name: string]: SecurityCheck };

/** Whether the users of a pod are none of its node's, and its version takes that into account. */
export function hasOwnUsers({ spec, minor }: Judged): boolean {
  return minor >= ownUsersSince && spec.hostUsers === false;
}

function checkAppArmor({ annotations, spec }: Judged): SecurityFinding | undefined {
  const isBad = (type: string | undefined): boolean => type === 'Unconfined';
  const pod = isBad(spec.securityContext?.appArmorProfile?.type);
  const containers = containersOf(spec).filter((container) => isBad(contextOf(container).appArmorProfile?.type));
  const bad = Object.entries(annotations).filter(
    ([key, value]) =>
      key.startsWith(appArmorPrefix) && value !== '' && value !== 'runtime/default' && !value.startsWith('localhost/'),
  );
  const values = [...(pod || containers.length > 0 ? ['Unconfined'] : []), ...bad.map(shownAnnotation).toSorted()];
  if (values.length === 0) return undefined;
  const who = [setters(pod, containers), bad.length === 0 ? '' : plural('annotation', bad.length)];
  const detail = `${who.filter(Boolean).join(' and ')} must not set AppArmor profile type to ${quoted(values)}`;
  return { reason: plural('forbidden AppArmor profile', values.length), detail };
}

function shownAnnotation([key, value]: readonly [string, string]): string {
  return `${key}=${JSON.stringify(value)}`;
}

function checkCapabilities({ spec }: Judged): SecurityFinding | undefined {
  const unusual = (container: AnyContainer): readonly string[] =>
    (contextOf(container).capabilities?.add ?? []).filter((capability) => !usualCapabilities.has(capability));
  const containers = containersOf(spec).filter((container) => unusual(container).length > 0);
  const added = quoted(distinct(containers.flatMap(unusual)));
  return aboutContainers(
    'non-default capabilities',
    containers,
    `must not include ${added} in securityContext.capabilities.add`,
  );
}

function checkHostNamespaces({ spec }: Judged): SecurityFinding | undefined {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name] === true);
  if (used.length === 0) return undefined;
  return { reason: 'host namespaces', detail: used.map((name) => `${name}=true`).join(', ') };
}

function checkHostPaths({ spec }: Judged): SecurityFinding | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
  return names.length === 0 ? undefined : { reason: 'hostPath volumes', detail: named('volume', names) };
}

function checkHostPorts({ spec }: Judged): SecurityFinding | undefined {
  const portsOf = ({ ports = [] }: AnyContainer): readonly number[] =>
    ports.flatMap(({ hostPort }) => (hostPort === undefined || hostPort === 0 ? [] : [hostPort]));
  const containers = containersOf(spec).filter((container) => portsOf(container).length > 0);
  const ports = distinct(containers.flatMap(portsOf).map(String));
  const uses = `${containers.length === 1 ? 'uses' : 'use'} ${plural('hostPort', ports.length)} ${ports.join(', ')}`;
  return aboutContainers('hostPort', containers, uses);
}

function checkHostProbes({ spec, minor }: Judged): SecurityFinding | undefined {
  if (minor < hostProbesSince) return undefined;
  const hostsOf = (container: AnyContainer): readonly string[] => {
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    const handlers = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
    return handlers.flatMap((handler) =>
      [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => !!host),
    ) as string[];
  };
  const using = containersOf(spec).filter((container) => hostsOf(container).length > 0);
  const containers = using.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const hosts = distinct(containers.flatMap(hostsOf));
  const uses = `${containers.length === 1 ? 'uses' : 'use'} ${plural('probe or lifecycle host', hosts.length)} ${quoted(hosts)}`;
  return aboutContainers('probe or lifecycle host', containers, uses);
}

function checkProcMount(pod: Judged): SecurityFinding | undefined {
  return hasOwnUsers(pod) ? undefined : checkAnyProcMount(pod);
}

/** The rule as level restricted keeps it for all pods. */
export function checkAnyProcMount({ spec }: Judged): SecurityFinding | undefined {
  const containers = containersOf(spec).filter(
    (container) => (contextOf(container).procMount ?? 'Default') !== 'Default',
  );
  const values = distinct(containers.map((container) => contextOf(container).procMount));
  return aboutContainers('procMount', containers, `must not set securityContext.procMount to ${quoted(values)}`);
}

function checkSeLinux({ spec, minor }: Judged): SecurityFinding | undefined {
  const types = [
    '',
    'container_t',
    'container_init_t',
    'container_kvm_t',
    ...(minor >= engineTypeSince ? ['container_engine_t'] : []),
  ];
  const isBadType = ({ type = '' }: SELinuxOptions): boolean => !types.includes(type);
  const isBad = (options: SELinuxOptions | undefined): boolean =>
    options !== undefined && (isBadType(options) || !!options.user || !!options.role);
  const pod = isBad(spec.securityContext?.seLinuxOptions);
  const containers = containersOf(spec).filter((container) => isBad(contextOf(container).seLinuxOptions));
  if (!pod && containers.length === 0) return undefined;
  const all = [spec.securityContext?.seLinuxOptions, ...containersOf(spec).map((one) => contextOf(one).seLinuxOptions)];
  const options = all.filter((one) => one !== undefined);
  const bad = distinct(options.filter(isBadType).map(({ type }) => type));
  const parts = [
    ...(bad.length > 0 ? [named('type', bad)] : []),
    ...(options.some(({ user }) => !!user) ? ['user may not be set'] : []),
    ...(options.some(({ role }) => !!role) ? ['role may not be set'] : []),
  ];
  const detail = `${setters(pod, containers)} set forbidden securityContext.seLinuxOptions: ${parts.join('; ')}`;
  return { reason: 'seLinuxOptions', detail };
}

function checkSeccomp({ spec, minor, annotations }: Judged): SecurityFinding | undefined {
  if (minor < seccompFieldSince) return checkSeccompAnnotations(spec, annotations);
  const isBad = (type: string | undefined): boolean => type === 'Unconfined';
  const pod = isBad(spec.securityContext?.seccompProfile?.type);
  const containers = containersOf(spec).filter((container) => isBad(contextOf(container).seccompProfile?.type));
  if (!pod && containers.length === 0) return undefined;
  const detail = `${setters(pod, containers)} must not set securityContext.seccompProfile.type to "Unconfined"`;
  return { reason: 'seccompProfile', detail };
}

/** Profiles as they were asked for before there were fields for them. */
function checkSeccompAnnotations(spec: PodSpec, annotations: Judged['annotations']): SecurityFinding | undefined {
  const keys = [seccompPodAnnotation, ...containersOf(spec).map(({ name }) => `${seccompContainerPrefix}${name}`)];
  const isGood = (value: string): boolean =>
    value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/');
  const bad = [...new Set(keys)].flatMap((key) => {
    const value = annotations[key];
    return value === undefined || isGood(value) ? [] : [shownAnnotation([key, value])];
  });
  if (bad.length === 0) return undefined;
  const detail = `forbidden ${plural('annotation', bad.length)} ${bad.toSorted().join(', ')}`;
  return { reason: 'seccompProfile', detail };
}

function checkSysctls({ spec, minor }: Judged): SecurityFinding | undefined {
  const names = (spec.securityContext?.sysctls ?? []).map(({ name }) => name);
  const bad = names.filter(
    (name) => (safeSysctls[name] ?? Number.POSITIVE_INFINITY) > minor || !Object.hasOwn(safeSysctls, name),
  );
  return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
}

function checkHostProcess({ spec }: Judged): SecurityFinding | undefined {
  const pod = spec.securityContext?.windowsOptions?.hostProcess === true;
  const containers = containersOf(spec).filter(
    (container) => contextOf(container).windowsOptions?.hostProcess === true,
  );
  if (!pod && containers.length === 0) return undefined;
  const detail = `${setters(pod, containers)} must not set securityContext.windowsOptions.hostProcess=true`;
  return { reason: 'hostProcess', detail };
}
