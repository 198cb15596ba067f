import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { SecurityContext } from '#kinds/pod/schema/security.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';

/** Where every pod finds its service account, unless it asks not to. */
const serviceAccountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The first thing in a pod that processes without images cannot give and that must not be left out in silence (spec:
 *  node-agent.md section 35.3, column L0; R and R* there), as `<field path>: <text>`. What is missing only for now is refused
 *  too: better a clear word than a container that runs without its files or its probes. */
export function refusalOf(pod: Pod, ownUid: number): string | undefined {
  const { spec } = pod;
  for (const [list, containers] of [
    ['initContainers', spec.initContainers ?? []],
    ['containers', spec.containers],
  ] as const) {
    for (const [index, container] of containers.entries()) {
      const path = `spec.${list}[${index}]`;
      const found = containerRefusal(container, path, spec.volumes ?? [], ownUid);
      if (found !== undefined) return found;
    }
  }
  return podRefusal(pod, ownUid);
}

function podRefusal({ spec }: Pod, ownUid: number): string | undefined {
  const context = spec.securityContext ?? {};
  if (spec.os?.name === 'windows') return 'spec.os.name: this node runs no Windows programs';
  if (spec.resourceClaims !== undefined) return 'spec.resourceClaims: not supported by the process runtime';
  if (context.sysctls !== undefined && context.sysctls.length > 0) {
    return `spec.securityContext.sysctls[0]: sysctl "${context.sysctls[0]?.name}" is host-wide here`;
  }
  if (context.supplementalGroups !== undefined || context.fsGroup !== undefined) {
    const field = context.fsGroup !== undefined ? 'fsGroup' : 'supplementalGroups';
    return `spec.securityContext.${field}: not supported by the process runtime yet`;
  }
  return contextRefusal(context, 'spec.securityContext', ownUid);
}

function containerRefusal(
  container: Container,
  path: string,
  volumes: readonly Volume[],
  ownUid: number,
): string | undefined {
  if (container.tty === true) return `${path}.tty: no pseudo-terminal support on this node`;
  if (container.stdin === true) return `${path}.stdin: not supported by the process runtime yet`;
  const all = container.restartPolicyRules?.findIndex(({ action }) => action === 'RestartAllContainers') ?? -1;
  if (all >= 0)
    return `${path}.restartPolicyRules[${all}].action: RestartAllContainers is not supported on this node yet`;
  if (container.volumeDevices !== undefined) return `${path}.volumeDevices: not supported by the process runtime`;
  return mountRefusal(container, path, volumes) ?? securityRefusal(container.securityContext ?? {}, path, ownUid);
}

/** Mounts need a mount namespace; a path of the machine that is to be seen under its own name needs nothing. */
function mountRefusal(container: Container, path: string, volumes: readonly Volume[]): string | undefined {
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const { mountPath, name } = mount;
    // Injected into nearly every pod: to refuse it would be to refuse them all.
    if (mountPath === serviceAccountPath) continue;
    const volume = volumes.find((one) => one.name === name);
    const where = `${path}.volumeMounts[${index}]`;
    const identity =
      volume?.hostPath !== undefined && volume.hostPath.path === mountPath && (mount.subPath ?? '') === '';
    if (!identity) return `${where}.mountPath "${mountPath}": this node cannot mount`;
    if (mount.readOnly === true) return `${where}.readOnly: cannot be enforced`;
    if ((volume.hostPath?.type ?? '') !== '')
      return `${where}: hostPath type checks are not supported on this node yet`;
  }
  return undefined;
}

function securityRefusal(context: SecurityContext, path: string, ownUid: number): string | undefined {
  const where = `${path}.securityContext`;
  if (context.privileged === true && ownUid !== 0) return `${where}.privileged: node daemon is not root`;
  if (context.readOnlyRootFilesystem === true) return `${where}.readOnlyRootFilesystem: needs mount namespaces`;
  if (context.capabilities?.add !== undefined) return `${where}.capabilities.add: not supported by the process runtime`;
  if (context.capabilities?.drop !== undefined)
    return `${where}.capabilities.drop: not supported by the process runtime yet`;
  if (context.allowPrivilegeEscalation === false) {
    return `${where}.allowPrivilegeEscalation: not supported by the process runtime yet`;
  }
  if ((context.procMount ?? 'Default') !== 'Default') return `${where}.procMount: not supported by the process runtime`;
  return contextRefusal(context, where, ownUid);
}

type Common = Pick<SecurityContext, 'runAsUser' | 'seccompProfile' | 'appArmorProfile' | 'seLinuxOptions'>;

function contextRefusal(context: Common, where: string, ownUid: number): string | undefined {
  const { runAsUser, seccompProfile, appArmorProfile, seLinuxOptions } = context;
  if (runAsUser !== undefined && ownUid !== 0 && runAsUser !== ownUid) {
    return `${where}.runAsUser ${runAsUser}: node daemon is not root`;
  }
  if (seccompProfile !== undefined && seccompProfile.type !== 'Unconfined') {
    return `${where}.seccompProfile: ${seccompProfile.type} cannot be enforced by the process runtime`;
  }
  if (appArmorProfile !== undefined && appArmorProfile.type !== 'Unconfined') {
    return `${where}.appArmorProfile: ${appArmorProfile.type} cannot be enforced by the process runtime`;
  }
  if (seLinuxOptions !== undefined) return `${where}.seLinuxOptions: cannot be enforced by the process runtime`;
  return undefined;
}
