import type { Container, VolumeMount } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSecurityContext, SecurityContext } from '#kinds/pod/schema/security.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';
import { isPayload, usesVariables, volumeModeAnnotation } from '#node/volumes/pod-volumes.ts';

/** Where every pod finds its service account, unless it asks not to. */
const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What the node agent may do on its machine. */
export interface NodeRights {
  readonly uid: number;
  /** Its groups. */
  readonly groups: readonly number[];
  /** Whether a command can be kept from what its user may do. */
  readonly canRestrict: boolean;
  /** Whether the machine keeps to SELinux labels. */
  readonly hasSELinux: boolean;
  /** Whether containers can have mounts of their own. */
  readonly canMount: boolean;
  readonly canMakeTerminals: boolean;
}

/** The first thing in a pod that processes without images cannot give and that must not be left out in silence (spec:
 *  node-agent.md section 35.3, column L0; R and R* there), as `<field path>: <text>`. What is missing only for now is refused
 *  too: better a clear word than a container that runs without its files or its probes. */
export function refusalOf(pod: Pod, node: NodeRights): string | undefined {
  const { spec } = pod;
  for (const [list, containers] of [
    ['initContainers', spec.initContainers ?? []],
    ['containers', spec.containers],
  ] as const) {
    for (const [index, container] of containers.entries()) {
      const path = `spec.${list}[${index}]`;
      const found = containerRefusal(container, path, pod, node);
      if (found !== undefined) return found;
    }
  }
  return volumesRefusal(spec.volumes ?? []) ?? podRefusal(pod, node);
}

function podRefusal({ spec }: Pod, node: NodeRights): string | undefined {
  const context = spec.securityContext ?? {};
  if (spec.os?.name === 'windows') return 'spec.os.name: this node runs no Windows programs';
  if (spec.resourceClaims !== undefined) return 'spec.resourceClaims: not supported by the process runtime';
  if (context.sysctls !== undefined && context.sysctls.length > 0) {
    return `spec.securityContext.sysctls[0]: sysctl "${context.sysctls[0]?.name}" is host-wide here`;
  }
  return groupRefusal(context, node) ?? contextRefusal(context, 'spec.securityContext', node);
}

/** Only root gives processes groups that it is not in. */
function groupRefusal({ fsGroup, supplementalGroups = [] }: PodSecurityContext, node: NodeRights): string | undefined {
  const given = (group: number): boolean => (node.uid === 0 ? node.canRestrict : node.groups.includes(group));
  const cause = node.uid === 0 ? noSetpriv : 'not permitted';
  const other = supplementalGroups.find((group) => !given(group));
  if (other !== undefined) return `spec.securityContext.supplementalGroups ${other}: ${cause}`;
  return fsGroup === undefined || given(fsGroup) ? undefined : `spec.securityContext.fsGroup ${fsGroup}: ${cause}`;
}

const noSetpriv = 'this machine has no setpriv (util-linux)';

function containerRefusal(container: Container, path: string, pod: Pod, node: NodeRights): string | undefined {
  if (container.tty === true && !node.canMakeTerminals)
    return `${path}.tty: no pseudo-terminal support on this node (it takes \`script\` of util-linux)`;
  const all = container.restartPolicyRules?.findIndex(({ action }) => action === 'RestartAllContainers') ?? -1;
  if (all >= 0)
    return `${path}.restartPolicyRules[${all}].action: RestartAllContainers is not supported on this node yet`;
  if (container.volumeDevices !== undefined) return `${path}.volumeDevices: not supported by the process runtime`;
  return mountRefusal(container, path, pod, node) ?? securityRefusal(container.securityContext ?? {}, path, node);
}

/** Kinds of volumes that are laid out here. */
const laidOut = [
  ...['name', 'hostPath', 'emptyDir', 'configMap', 'secret', 'downwardAPI', 'projected'],
  ...['persistentVolumeClaim', 'ephemeral'],
];
const projectable = ['configMap', 'secret', 'downwardAPI', 'serviceAccountToken'];

function volumesRefusal(volumes: readonly Volume[]): string | undefined {
  for (const [index, volume] of volumes.entries()) {
    const where = `spec.volumes[${index}]`;
    const other = Object.keys(volume).find((kind) => !laidOut.includes(kind));
    if (other !== undefined) return `${where}.${other}: not supported by the process runtime`;
    for (const [at, source] of (volume.projected?.sources ?? []).entries()) {
      const strange = Object.keys(source).find((kind) => !projectable.includes(kind));
      if (strange === undefined) continue;
      return `${where}.projected.sources[${at}].${strange}: not supported by the process runtime`;
    }
    if (volume.emptyDir?.medium?.startsWith('HugePages') === true) {
      return `${where}.emptyDir.medium: huge pages are not supported by the process runtime`;
    }
  }
  return undefined;
}

/** Mounts need a mount namespace; a path of the machine that is to be seen under its own name needs nothing (spec:
 *  node-agent.md section 35.4). */
function mountRefusal(container: Container, path: string, pod: Pod, { canMount }: NodeRights): string | undefined {
  const byVariables = usesVariables(pod);
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    // Injected into nearly every pod: to refuse it would be to refuse them all.
    if (mount.mountPath === serviceAccountPath) continue;
    const volume = pod.spec.volumes?.find((one) => one.name === mount.name);
    const found = canMount && !byVariables ? namespaceRefusal(mount) : plainRefusal(mount, volume, byVariables);
    if (found !== undefined) return `${path}.volumeMounts[${index}].${found}`;
  }
  return undefined;
}

function namespaceRefusal({ mountPath, mountPropagation, recursiveReadOnly }: VolumeMount): string | undefined {
  const never = 'not supported by the process runtime';
  if (/^[/.]*$/.test(mountPath)) return `mountPath "${mountPath}": to replace the root directory is ${never}`;
  if (mountPropagation === 'Bidirectional') return `mountPropagation: Bidirectional is ${never}`;
  if (recursiveReadOnly === 'Enabled') return `recursiveReadOnly: Enabled is ${never}`;
  return undefined;
}

/** The node cannot mount, or the pod wants no mounts. */
function plainRefusal(mount: VolumeMount, volume: Volume | undefined, byVariables: boolean): string | undefined {
  const { mountPath, readOnly, subPath = '', subPathExpr = '', mountPropagation = 'None' } = mount;
  const part = subPath !== '' || subPathExpr !== '';
  const identity = volume?.hostPath?.path === mountPath && !part;
  if (!identity && !byVariables) {
    const cure = `run as root on Linux, or set annotation ${volumeModeAnnotation}: env`;
    return `mountPath "${mountPath}": this node cannot mount; ${cure}`;
  }
  if (part) return 'subPath: needs a mount';
  if (mountPropagation !== 'None') return 'mountPropagation: needs a mount';
  if (volume?.persistentVolumeClaim?.readOnly === true) return 'readOnly: cannot be enforced';
  if (readOnly === true && volume !== undefined && !isPayload(volume)) return 'readOnly: cannot be enforced';
  return undefined;
}

function securityRefusal(context: SecurityContext, path: string, node: NodeRights): string | undefined {
  const where = `${path}.securityContext`;
  const isRoot = node.uid === 0;
  if (context.privileged === true && !isRoot) return `${where}.privileged: node daemon is not root`;
  if (context.readOnlyRootFilesystem === true && !node.canMount) {
    return `${where}.readOnlyRootFilesystem: needs mount namespaces; run as root on Linux`;
  }
  // Who is not root has no capabilities that could be dropped.
  const drops = (context.capabilities?.drop ?? []).length > 0;
  if (drops && isRoot && !node.canRestrict) return `${where}.capabilities.drop: ${noSetpriv}`;
  if (context.allowPrivilegeEscalation === false && !node.canRestrict) {
    return `${where}.allowPrivilegeEscalation: ${noSetpriv}`;
  }
  if ((context.procMount ?? 'Default') !== 'Default') return `${where}.procMount: not supported by the process runtime`;
  return contextRefusal(context, where, node);
}

type Common = Pick<SecurityContext, 'runAsUser' | 'seccompProfile' | 'appArmorProfile' | 'seLinuxOptions'>;

function contextRefusal(context: Common, where: string, node: NodeRights): string | undefined {
  const { runAsUser, seccompProfile, appArmorProfile, seLinuxOptions } = context;
  if (runAsUser !== undefined && node.uid !== 0 && runAsUser !== node.uid) {
    return `${where}.runAsUser ${runAsUser}: node daemon is not root`;
  }
  if (seccompProfile?.type === 'RuntimeDefault' && node.uid === 0 && !node.canRestrict) {
    return `${where}.seccompProfile: ${noSetpriv}`;
  }
  if (seccompProfile?.type === 'Localhost') {
    return `${where}.seccompProfile: Localhost cannot be enforced by the process runtime`;
  }
  if (appArmorProfile !== undefined && appArmorProfile.type !== 'Unconfined') {
    return `${where}.appArmorProfile: ${appArmorProfile.type} cannot be enforced by the process runtime`;
  }
  // Elsewhere labels mean nothing to container runtimes either.
  if (seLinuxOptions !== undefined && node.hasSELinux)
    return `${where}.seLinuxOptions: cannot be enforced by the process runtime`;
  return undefined;
}
