import { join } from 'node:path';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { ConfigError } from '#node/pods/environment.ts';
import { expand } from '#node/pods/expansion.ts';
import { groupsOf, restrictionsOf } from '#node/pods/restrictions.ts';
import type { ContainerConfig, PodDirectories, SandboxConfig } from '#node/runtime/runtime.ts';

/** The place a pod lives in. */
export function sandboxConfig(pod: Pod, directories: PodDirectories): SandboxConfig {
  const { uid, namespace, name, annotations = {} } = pod.metadata;
  return {
    podUid: uid,
    namespace,
    name,
    hostname: hostnameOf(pod),
    logDirectory: logDirectory(pod, directories),
    directory: join(directories.pods, uid),
    annotations,
  };
}

function logDirectory(pod: Pod, directories: PodDirectories): string {
  const { uid, namespace, name } = pod.metadata;
  return join(directories.logs, `${namespace}_${name}_${uid}`);
}

/** `spec.hostname`, or the pod's name cut to what a host may be called (spec: node-agent.md section 20). */
export function hostnameOf(pod: Pod): string {
  const { hostname = pod.metadata.name, hostnameOverride } = pod.spec;
  return hostnameOverride ?? hostname.slice(0, 63).replace(/[-.]+$/, '');
}

/** Who commands run as where the pod does not say it. */
export interface Users {
  /** The node's own; undefined when there is none. */
  readonly own: ContainerConfig['user'];
  /** The image's, if it is known. */
  readonly image: number | undefined;
}

/** How to run one attempt of a container. Throws `ConfigError` for what this node's rules forbid. */
export function containerConfig(
  pod: Pod,
  container: Container,
  attempt: number,
  env: ReadonlyMap<string, string>,
  directories: PodDirectories,
  users: Users,
  mounts: ContainerConfig['mounts'] = [],
): ContainerConfig {
  const lookup = (name: string): string | undefined => env.get(name);
  const words = (list: readonly string[] = []): readonly string[] => list.map((word) => expand(word, lookup));
  const { uid } = pod.metadata;
  const groups = groupsOf(pod);
  const restrictions = restrictionsOf(pod, container);
  // Right in the pod's directory: making directories and files is most of what a start costs this process.
  const terminationMessagePath = join(directories.pods, uid, `termination-${container.name}-${attempt}`);
  const { terminationMessagePath: messagePath = defaultMessagePath } = container;
  const isPathNamed = isMessagePathNamed(container, messagePath);
  return {
    podUid: uid,
    name: container.name,
    attempt,
    image: container.image ?? '',
    command: words(container.command),
    args: words(container.args),
    mounts: isPathNamed ? [...mounts, { ...ownFile, source: terminationMessagePath, target: messagePath }] : mounts,
    workingDirectory: container.workingDir,
    env: [...env].map(([name, value]) => ({ name, value })),
    logPath: join(logDirectory(pod, directories), container.name, `${attempt}.log`),
    terminationMessagePath,
    user: userOf(pod, container, users),
    ...(groups.length === 0 ? {} : { groups }),
    ...(restrictions === undefined ? {} : { restrictions }),
    longRunning: isLongRunning(pod, container),
    ...(container.stdin === true ? { input: container.stdinOnce === true ? 'once' : 'open' } : {}),
    ...(container.tty === true ? { tty: true } : {}),
  };
}

const defaultMessagePath = '/dev/termination-log';
const ownFile = { readOnly: false, propagation: 'private' } as const;

/** Whether a container seems to write its last words to the path that the pod gives: a mount costs too much to be made for all the
 *  others. */
function isMessagePathNamed({ command = [], args = [], env = [] }: Container, path: string): boolean {
  if (!path.startsWith('/')) return false;
  const texts = [...command, ...args, ...env.map(({ value = '' }) => value)];
  return path !== defaultMessagePath || texts.some((text) => text.includes(path));
}

function isLongRunning({ spec }: Pod, { name, restartPolicy }: Container): boolean {
  const regular = spec.containers.some((container) => container.name === name);
  return (restartPolicy ?? (regular ? (spec.restartPolicy ?? 'Always') : 'Never')) === 'Always';
}

/** Who runs the command; undefined for the node's own user. The container's word counts before the pod's, field by field. */
function userOf(pod: Pod, container: Container, users: Users): ContainerConfig['user'] {
  const {
    runAsUser: uid = users.image,
    runAsGroup: gid,
    runAsNonRoot,
  } = { ...pod.spec.securityContext, ...container.securityContext };
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
  if (runAsNonRoot === true && uid === 0) {
    throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`);
  }
  if (runAsNonRoot === true && uid === undefined && users.own?.uid === 0) {
    const cure = 'images are only labels here: set securityContext.runAsUser, or the user in the imageMap';
    throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}; ${cure}`);
  }
  if (uid === undefined && gid === undefined) return undefined;
  return { uid: uid ?? users.own?.uid ?? 0, gid: gid ?? 0 };
}
