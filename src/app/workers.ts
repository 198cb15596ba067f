import type { Worker } from '#app/agents.ts';
import type { Config } from '#app/config.ts';
import type { DataDirectory } from '#app/data-directory.ts';
import { version } from '#app/version.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random } from '#base/random.ts';

export interface WorkersOptions {
  readonly config: Pick<Config, 'nodes' | 'simulatedNodes' | 'imageMap'>;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Starts the runtimes of this program's nodes. */
export async function prepareWorkers(options: WorkersOptions): Promise<readonly Worker[]> {
  return [...(await processWorkers(options)), ...(await simulatedWorkers(options))];
}

async function processWorkers(options: WorkersOptions): Promise<readonly Worker[]> {
  const names = Array.from({ length: options.config.nodes }, (_, index) => `node-${index + 1}`);
  return Promise.all(names.map((name) => prepareProcessWorker({ ...options, name })));
}

export interface ProcessWorkerOptions extends Pick<WorkersOptions, 'directory' | 'clock' | 'log'> {
  readonly config: Pick<Config, 'imageMap'>;
  readonly name: string;
  /** The address of its pods; the machine's first unless given. */
  readonly ip?: string;
}

/** Starts the runtime of one node that runs pods as processes. Throws `NodeInUseError` when another process has its folder. */
export async function prepareProcessWorker(options: ProcessWorkerOptions): Promise<Worker> {
  const { config, directory, name, ip, clock, log } = options;
  const { createProcessRuntime } = await import('#node/runtime/process/process-runtime.ts');
  const root = directory.node(name);
  const images = config.imageMap;
  const runtime = await createProcessRuntime({
    root,
    images,
    version,
    clock,
    log,
    ...(ip === undefined ? {} : { ip }),
  });
  return { name, runtime, quiet: false };
}

async function simulatedWorkers({ config, clock, random }: WorkersOptions): Promise<readonly Worker[]> {
  if (config.simulatedNodes === 0) return [];
  const { createSimulatedRuntime } = await import('#node/runtime/simulated/simulated-runtime.ts');
  const names = Array.from({ length: config.simulatedNodes }, (_, index) => `simulated-${index + 1}`);
  return names.map((name) => ({ name, runtime: createSimulatedRuntime({ clock, random, version }), quiet: true }));
}
