import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A cluster that runs in processes of its own, as users run it. */
export interface RunningCluster {
  /** From the start of the process to its line that says the API is ready. */
  readonly readyMs: number;
  readonly pid: number;
  readonly dataDirectory: string;
  readonly kubeconfig: string;
  /** Ends it as Ctrl-C would. */
  stop(): Promise<void>;
}

/** The packaged program that is measured: `dist/` of this checkout as it is now, or `SAMPAN_BENCH_PROGRAM`, to compare two builds
 *  in one run. */
export function packagedProgram(): string {
  const chosen = process.env.SAMPAN_BENCH_PROGRAM;
  if (chosen !== undefined) return resolve(chosen);
  built ??= build();
  return built;
}

let built: string | undefined;

function build(): string {
  const root = resolve(import.meta.dirname, '..');
  execFileSync(process.execPath, ['scripts/build.ts'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const program = join(root, 'dist', 'sampan.js');
  if (!existsSync(program)) throw new Error(`The build made no ${program}`);
  return program;
}

/** Runs `sampan up`, on a free port unless one is given, until it says that it is ready. */
export function startUp(
  dataDirectory: string,
  { port = 0, args = [] }: { readonly port?: number; readonly args?: readonly string[] } = {},
): Promise<RunningCluster> {
  return start(dataDirectory, ['up', '--port', String(port), ...args]);
}

/** The same for the API server alone. */
export function startApiServer(dataDirectory: string): Promise<RunningCluster> {
  return start(dataDirectory, ['server', '--api-only', '--port', '0']);
}

async function start(dataDirectory: string, args: readonly string[]): Promise<RunningCluster> {
  const begin = performance.now();
  const all = [packagedProgram(), ...args, '--data-dir', dataDirectory];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let text = '';
  const said = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes('ready in')) resolve();
    });
  });
  await Promise.race([said, exited]);
  const readyMs = performance.now() - begin;
  if (child.exitCode !== null || child.pid === undefined) throw new Error(`sampan ended at once: ${text}`);
  return {
    readyMs,
    pid: child.pid,
    dataDirectory,
    kubeconfig: join(dataDirectory, 'kubeconfig'),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Lends `body` a new folder. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'sampan-bench-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const kibPerMib = 1024;

/** The memory of these processes: with what they share counted for each, and counted once. Linux only. */
export function residentMib(pids: readonly number[]): { readonly rss: number; readonly pss: number } {
  const texts = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  const sum = (field: string): number =>
    texts.reduce((total, text) => total + Number(new RegExp(`^${field}: *(\\d+)`, 'm').exec(text)?.[1]), 0) / kibPerMib;
  return { rss: sum('Rss'), pss: sum('Pss') };
}
