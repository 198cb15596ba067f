import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryPlaceOf } from '#node/runtime/process/memory-place.ts';

/** One process of a cluster under test. */
interface Victim {
  readonly pid: number;
  /** The pod it belongs to; undefined for Sampan's own. */
  readonly pod: string | undefined;
}

/** Kills at once, with -9, the server and its launchers; containers run on. */
export async function killSampan(server: number, dataDir: string): Promise<void> {
  killHard(server);
  for (const pid of launchers(dataDir)) killHard(pid);
  await gone(() => (isRunning(server) ? [server] : []));
}

/** Kills everything as a power cut would, and resolves with the names of the pods whose processes were killed. */
export async function cutPower(server: number, dataDir: string): Promise<ReadonlySet<string>> {
  await killSampan(server, dataDir);
  return killContainers(dataDir);
}

/** Kills all that runs of the containers of a data directory, and forgets what was kept in memory for them; resolves with the names of
 *  their pods. */
export async function killContainers(dataDir: string): Promise<ReadonlySet<string>> {
  const pods = new Set<string>();
  await gone(() => {
    const left = containerProcesses(dataDir);
    for (const { pod } of left) if (pod !== undefined) pods.add(pod);
    // Supervisors and commands all stop first, so that none lives to see the other die.
    for (const { pid } of left) signal(pid, 'SIGSTOP');
    for (const { pid } of left) killHard(pid);
    return left;
  });
  for (const node of nodeDirectories(dataDir)) rmSync(memoryPlaceOf(node), { recursive: true, force: true });
  return pods;
}

/** Processes of containers whose records are in this data directory. */
export function containerProcesses(dataDir: string): readonly Victim[] {
  const ids = new Set(nodeDirectories(dataDir).flatMap((node) => entries(`${node}/containers`)));
  return entries('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || !isRunning(Number(name))) return [];
    const variables = text(`/proc/${name}/environ`).split('\0');
    const id = variable(variables, 'SAMPAN_CONTAINER_ID');
    return id !== undefined && ids.has(id) ? [{ pid: Number(name), pod: variable(variables, 'HOSTNAME') }] : [];
  });
}

function launchers(dataDir: string): readonly number[] {
  return nodeDirectories(dataDir).flatMap((node) => {
    const pid = /"pid":(\d+)/.exec(text(`${node}/launcher.json`))?.[1];
    return pid !== undefined && text(`/proc/${pid}/cmdline`).includes('launcher') ? [Number(pid)] : [];
  });
}

function nodeDirectories(dataDir: string): readonly string[] {
  return entries(`${dataDir}/nodes`).map((name) => `${dataDir}/nodes/${name}`);
}

async function gone(remaining: () => readonly unknown[]): Promise<void> {
  for (let tries = 0; remaining().length > 0; tries++) {
    if (tries > 500) throw new Error('Processes do not die of SIGKILL');
    await sleep(10);
  }
}

function isRunning(pid: number): boolean {
  const stat = text(`/proc/${pid}/stat`);
  return stat !== '' && !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

function killHard(pid: number): void {
  signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}

function variable(variables: readonly string[], name: string): string | undefined {
  return variables.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
