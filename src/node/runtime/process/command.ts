import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { placeOf } from '#node/runtime/process/places.ts';
import { type Mount, StartError } from '#node/runtime/runtime.ts';

/** The search path of a container that sets none, as container runtimes give it. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The kernel's limits on one string and on all of a command line and environment. */
const stringBytesMax = 128 * 1024;
const totalBytesMax = 2 * 1024 * 1024;

/** Finds out beforehand whether a command can be started at all, and says why not in the words of container runtimes (spec:
 *  node-agent.md section 35.2). A shell in between would report the same as an ordinary exit 126 or 127. */
export function checkCommand(
  command: readonly string[],
  cwd: string,
  env: { readonly [name: string]: string },
  mounts: readonly Mount[] = [],
): void {
  const [name = ''] = command;
  checkTexts(command, env);
  checkDirectory(cwd, mounts);
  const see = (path: string): string => placeOf(path, mounts);
  const path = env.PATH ?? defaultPath;
  const file = name.includes('/') ? see(resolve(cwd, name)) : findExecutable(name, path, cwd, see);
  if (file === undefined) throw new MissingError('program', `exec: "${name}": executable file not found in $PATH`);
  checkFile(name, file);
}

/** The machine lacks what the container asks for. */
export class MissingError extends StartError {
  readonly missing: 'program' | 'directory';

  constructor(missing: MissingError['missing'], cause: string) {
    super('RunContainerError', prefixed(cause));
    this.missing = missing;
  }
}

/** What the user sees is prefixed as every start failure of a container runtime is. */
function startError(cause: string): StartError {
  return new StartError('RunContainerError', prefixed(cause));
}

function prefixed(cause: string): string {
  return `failed to start container process: ${cause}`;
}

function checkTexts(command: readonly string[], env: { readonly [name: string]: string }): void {
  const texts = [...command, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  if (texts.some((text) => text.includes('\0'))) {
    throw new StartError('CreateContainerConfigError', 'command, arguments and environment may not contain NUL');
  }
  const sizes = texts.map((text) => Buffer.byteLength(text) + 1);
  const tooLong = sizes.some((size) => size > stringBytesMax);
  if (tooLong || sizes.reduce((sum, size) => sum + size + 8, 0) > totalBytesMax) {
    throw startError(`exec: "${command[0]}": argument list too long`);
  }
}

function checkDirectory(cwd: string, mounts: readonly Mount[]): void {
  const missing = `chdir to cwd ("${cwd}") set in config.json failed`;
  try {
    if (!statSync(placeOf(cwd, mounts)).isDirectory()) throw startError(`${missing}: not a directory`);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new MissingError('directory', `${missing}: ${reasonOf(error)}`);
  }
}

function checkFile(name: string, file: string): void {
  try {
    if (statSync(file).isDirectory()) throw startError(`exec: "${name}": is a directory`);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new MissingError('program', `exec: "${name}": stat ${name}: ${reasonOf(error)}`);
  }
  if (!isExecutable(file)) throw startError(`exec: "${name}": permission denied`);
  if (!hasKnownFormat(file)) throw startError(`exec ${name}: exec format error`);
}

/** The first executable file of that name along a search path, as the machine knows it: `see` says where a container's path
 *  leads. */
export function findExecutable(
  name: string,
  path: string,
  cwd: string,
  see: (path: string) => string = (same) => same,
): string | undefined {
  for (const directory of path.split(':')) {
    const file = see(join(isAbsolute(directory) ? directory : resolve(cwd, directory), name));
    if (isFile(file) && isExecutable(file)) return file;
  }
  return undefined;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether the kernel can run it: a shell would run any text as a script, a container would not. */
function hasKnownFormat(file: string): boolean {
  const head = Buffer.alloc(4);
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return true; // Executable but not readable: the kernel decides.
  }
  try {
    const size = readSync(fd, head, 0, 4, 0);
    const text = head.toString('latin1', 0, size);
    return process.platform !== 'linux' || text.startsWith('#!') || text === '\x7fELF';
  } finally {
    closeSync(fd);
  }
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'no such file or directory';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'ENOTDIR') return 'not a directory';
  return code ?? String(error);
}
