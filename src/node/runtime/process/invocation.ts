import { existsSync } from 'node:fs';
import { homeFolder } from '#base/home-folder.ts';
import { builtInImages } from '#node/runtime/process/built-in-images.ts';
import { checkCommand, defaultPath, findExecutable, MissingError } from '#node/runtime/process/command.ts';
import { findImage, type ImageEntry } from '#node/runtime/process/image-map.ts';
import { enterPrefix, mountWords, namespaceWords } from '#node/runtime/process/mounting.ts';
import { placeOf } from '#node/runtime/process/places.ts';
import { privilegeWords } from '#node/runtime/process/privileges.ts';
import { containerMarker, type ProcessIdentity } from '#node/runtime/process/processes.ts';
import { keepWritable, readOnlyWords } from '#node/runtime/process/read-only-root.ts';
import { divideEnvironment, type Supervised } from '#node/runtime/process/supervisor.ts';
import { type ContainerConfig, type Mount, StartError } from '#node/runtime/runtime.ts';

/** All that it takes to start a process. */
export interface Invocation {
  readonly command: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly cwd: string;
}

export interface InvocationInput {
  readonly config: Pick<
    ContainerConfig,
    | 'image'
    | 'command'
    | 'args'
    | 'mounts'
    | 'env'
    | 'workingDirectory'
    | 'terminationMessagePath'
    | 'user'
    | 'groups'
    | 'restrictions'
  >;
  readonly id: string;
  /** Where Sampan keeps what belongs to containers: writable for them, even where nothing else is. */
  readonly root: string;
  readonly hostname: string;
  /** Where commands run that name no directory. */
  readonly defaultDirectory: string;
  /** What the node's owner says of images; built-in entries come after these. */
  readonly images: readonly ImageEntry[];
}

/** An invocation that a supervisor carries out. */
export type SupervisedInvocation = Invocation & Pick<Supervised, 'namespace' | 'mounts'>;

/** What to run for a container, with which environment and where. The environment is built from nothing: none of Sampan's own
 *  reaches a container (spec: node-agent.md section 35.2, Env). Throws `StartError` when it cannot be started. */
export function buildInvocation(input: InvocationInput): SupervisedInvocation {
  const { config } = input;
  const command = located(wholeCommand(config, input.images), config.mounts);
  const { cwd, env } = surroundings(input);
  try {
    checkCommand(command, cwd, Object.fromEntries(env), config.mounts);
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    throw new StartError(error.reason, `${error.message}; ${cures[error.missing]}`);
  }
  return { ...assemble([], command, env, cwd, config), ...sights(config, input.root) };
}

/** What users of images do not expect. */
const cures = {
  program: 'images are only labels here: the program must be on this machine, or in a volume of the pod',
  directory: 'images are only labels here: the directory must be on this machine, or in a volume of the pod',
};

/** The same for a command that runs beside a container, whose supervisor that is. Throws when the container has ended. */
export function buildCompanion(
  input: InvocationInput,
  command: readonly string[],
  supervisor: ProcessIdentity | undefined,
): Invocation {
  const { config } = input;
  const { cwd, env } = surroundings(input);
  const found = located(command, config.mounts);
  checkCommand(found, cwd, Object.fromEntries(env), config.mounts);
  const prefix = hasOwnMounts(config) ? enterPrefix(supervisor, cwd) : [];
  // A working directory may be one that only the mounts bring: with them, the prefix goes there.
  return assemble(prefix, found, env, prefix.length === 0 ? cwd : '/', config);
}

/** Whether a container sees the machine's files otherwise than others do. */
export function hasOwnMounts({ mounts, restrictions }: Pick<ContainerConfig, 'mounts' | 'restrictions'>): boolean {
  return mounts.length > 0 || restrictions?.readOnlyRoot === true;
}

function sights(
  config: Pick<ContainerConfig, 'mounts' | 'restrictions'>,
  root: string,
): Pick<Supervised, 'namespace' | 'mounts'> {
  const { mounts, restrictions } = config;
  if (!hasOwnMounts(config)) return { namespace: [], mounts: [] };
  if (restrictions?.readOnlyRoot !== true) return { namespace: namespaceWords(), mounts: mountWords(mounts) };
  return {
    namespace: [...namespaceWords(), ...keepWritable(root)],
    mounts: [...mountWords(mounts), ...readOnlyWords(mounts, root)],
  };
}

function assemble(
  prefix: readonly string[],
  command: readonly string[],
  env: ReadonlyMap<string, string>,
  cwd: string,
  config: Pick<ContainerConfig, 'user' | 'groups' | 'restrictions'>,
): Invocation {
  const divided = divideEnvironment([...env].map(([name, value]) => ({ name, value })));
  const words = [...prefix, ...withTool(divided.prefix), ...privilegeWords(config), ...command];
  return { command: words, env: divided.plain, cwd };
}

function surroundings({ config, id, hostname, defaultDirectory, images }: InvocationInput): {
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string>;
} {
  const env = new Map([
    ['PATH', defaultPath],
    ['HOME', homeOf(config.user?.uid)],
    ['HOSTNAME', hostname],
    ...Object.entries(entryOf(config.image, images)?.env ?? {}),
    ...config.env.map(({ name, value }): [string, string] => [name, value]),
    // The path that the pod asks for cannot be mounted here: this tells where to write instead.
    ['TERMINATION_MESSAGE_PATH', config.terminationMessagePath],
    [containerMarker, id],
  ]);
  return { cwd: config.workingDirectory ?? defaultDirectory, env };
}

/** What is known of an image. */
export function entryOf(image: string, images: readonly ImageEntry[]): ImageEntry | undefined {
  return findImage(image, [...images, ...builtInImages]);
}

/** Where programs are differs from image to image: one that is not at its path, but in another of the usual directories, is meant
 *  by its name. */
function located(command: readonly string[], mounts: readonly Mount[]): readonly string[] {
  const [program = '', ...args] = command;
  const [, name] = /^\/(?:usr\/(?:local\/)?)?s?bin\/([^/]+)$/.exec(program) ?? [];
  if (name === undefined || existsSync(placeOf(program, mounts))) return command;
  return [findExecutable(name, defaultPath, '/') ?? program, ...args];
}

/** The pod's command, or what stands for the image's, and the pod's arguments, or else the image's. */
function wholeCommand(
  { image, command, args }: Pick<ContainerConfig, 'image' | 'command' | 'args'>,
  images: readonly ImageEntry[],
): readonly string[] {
  const whole = command.length > 0 ? [...command, ...args] : imageCommand(image, args, images);
  if (whole.length === 0 || whole[0] === '') throw new StartError('CreateContainerError', nothingToRun(image));
  return whole;
}

/** What an image without a word from the pod would run; nothing if that is not known. */
function imageCommand(image: string, args: readonly string[], images: readonly ImageEntry[]): readonly string[] {
  const entry = entryOf(image, images);
  if (entry?.command === undefined) return [];
  const [first = ''] = args;
  const { program } = entry;
  if (program !== undefined && first !== '' && (first.startsWith('-') || !isProgram(first))) return [program, ...args];
  return [...entry.command, ...(args.length > 0 ? args : (entry.args ?? []))];
}

function isProgram(name: string): boolean {
  return name.includes('/') || findExecutable(name, defaultPath, '/') !== undefined;
}

function nothingToRun(image: string): string {
  const glob = image.includes('@') ? image.replace(/@.*$/, '@*') : `${image.replace(/:[^/:]*$/, '')}:*`;
  const entry = `imageMap: [{ image: ${JSON.stringify(glob)}, command: ["/path/to/program"] }]`;
  const cure = `give the container a command, or add to the file given with --config: ${entry}; nodes of "sampan up --simulated-nodes 3" need neither`;
  return `no command specified: nobody knows here what image ${JSON.stringify(image)} runs; ${cure}`;
}

function homeOf(uid: number | undefined): string {
  return uid === undefined || uid === process.getuid?.() ? (homeFolder() ?? '/') : '/';
}

/** The container's own search path need not lead to `env`. */
function withTool(words: readonly string[]): readonly string[] {
  const [tool, ...rest] = words;
  return tool === undefined ? [] : [findExecutable(tool, defaultPath, '/') ?? tool, ...rest];
}
