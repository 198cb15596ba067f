import { homedir } from 'node:os';
import { checkCommand, defaultPath, findExecutable } from '#node/runtime/process/command.ts';
import { builtInImages, findImage } from '#node/runtime/process/image-map.ts';
import { containerMarker } from '#node/runtime/process/processes.ts';
import { divideEnvironment } from '#node/runtime/process/supervisor.ts';
import { type ContainerConfig, StartError } from '#node/runtime/runtime.ts';

/** All that it takes to start a process. */
export interface Invocation {
  readonly command: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly cwd: string;
}

/** What to run for a container, with which environment and where. The environment is built from nothing: none of Sampan's own
 *  reaches a container (spec: node-agent.md section 35.2, Env). Throws `StartError` when it cannot be started. */
export function buildInvocation(
  config: Pick<ContainerConfig, 'image' | 'command' | 'env' | 'workingDirectory' | 'terminationMessagePath' | 'user'>,
  id: string,
  hostname: string,
  defaultDirectory: string,
): Invocation {
  const cwd = config.workingDirectory ?? defaultDirectory;
  const env = new Map([
    ['PATH', defaultPath],
    ['HOME', homeOf(config.user?.uid)],
    ['HOSTNAME', hostname],
    ...Object.entries(findImage(config.image, builtInImages)?.env ?? {}),
    ...config.env.map(({ name, value }): [string, string] => [name, value]),
    // The path that the pod asks for cannot be mounted here: this tells where to write instead.
    ['TERMINATION_MESSAGE_PATH', config.terminationMessagePath],
    [containerMarker, id],
  ]);
  checkCommand(config.command, cwd, Object.fromEntries(env));
  const { plain, prefix } = divideEnvironment([...env].map(([name, value]) => ({ name, value })));
  return { command: [...withTool(prefix), ...userPrefix(config.user), ...config.command], env: plain, cwd };
}

function homeOf(uid: number | undefined): string {
  return uid === undefined || uid === process.getuid?.() ? homedir() : '/';
}

/** The container's own search path need not lead to `env`. */
function withTool(words: readonly string[]): readonly string[] {
  const [tool, ...rest] = words;
  return tool === undefined ? [] : [findExecutable(tool, defaultPath, '/') ?? tool, ...rest];
}

function userPrefix(user: ContainerConfig['user']): readonly string[] {
  if (user === undefined) return [];
  const { uid, gid } = user;
  if (process.getuid?.() === uid && process.getgid?.() === gid) return [];
  if (process.getuid?.() !== 0) {
    throw new StartError('CreateContainerConfigError', `runAsUser ${uid}: node daemon is not root`);
  }
  const setpriv = findExecutable('setpriv', defaultPath, '/');
  if (setpriv === undefined) {
    throw new StartError('CreateContainerConfigError', `runAsUser ${uid}: this machine has no setpriv (util-linux)`);
  }
  return [setpriv, '--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
}
