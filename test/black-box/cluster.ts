import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type CommandResult, type RunningCommand, runCommand, startCommand } from './commands.ts';
import { type KubectlVersion, kubectlPath } from './kubectl.ts';
import { killContainers } from './victims.ts';

/** A `sampan` process of its own, with its data in a temporary folder. */
export interface TestCluster {
  readonly port: number;
  readonly dataDir: string;
  readonly kubeconfig: string;
  readonly process: ChildProcess;
  kubectl(version: KubectlVersion, ...args: readonly string[]): Promise<CommandResult>;
  /** Starts a kubectl that goes on until it is stopped. */
  watch(version: KubectlVersion, ...args: readonly string[]): RunningCommand;
  /** Ends the process as an operator would and resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface TestClusterOptions {
  /** "up", or "server" with its flags. */
  readonly args?: readonly string[];
  /** Data from an earlier start; kept after `stop`. */
  readonly dataDir?: string;
  readonly port?: number;
}

/** The program from its sources. */
export const sampanMain = path.resolve('src/cli/main.ts');

/** Starts `sampan` and resolves when it says that it is ready. */
export async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'sampan-test-'));
  const port = options.port ?? (await freePort());
  const child = spawnSampan([...(options.args ?? ['up']), '--data-dir', dataDir, '--port', String(port)]);
  await untilReady(child);
  const kubeconfig = path.join(dataDir, 'kubeconfig');
  const env = { KUBECONFIG: kubeconfig, HOME: path.join(dataDir, 'home') };
  return {
    port,
    dataDir,
    kubeconfig,
    process: child,
    kubectl: (version, ...args) => runCommand(kubectlPath(version), args, { env }),
    watch: (version, ...args) => startCommand(kubectlPath(version), args, env),
    stop: async () => {
      const code = await ended(child, 'SIGTERM');
      // What a failed test left running would otherwise go on.
      await killContainers(dataDir);
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}

/** A `sampan` process whose standard output is ours to read. */
export function spawnSampan(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [sampanMain, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Resolves when the process says that it is ready; rejects when it ends before. */
export async function untilReady(child: ChildProcess): Promise<void> {
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  const seen: string[] = [];
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      seen.push(line);
      if (/^ready in \d+ ms$/.test(line)) resolve();
    });
  });
  const gone = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`sampan ended with ${code ?? signal} before it was ready:\n${seen.join('\n')}`);
  });
  await Promise.race([ready, gone]);
}

/** Sends a signal and waits for the end. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
