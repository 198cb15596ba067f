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

/** Starts the runtimes of this program's nodes. To be called early: their launchers must be started while this process is
 *  still small (spec: runtimes.md, "The one big trap"). */
export async function prepareWorkers(options: WorkersOptions): Promise<readonly Worker[]> {
  return [...(await processWorkers(options)), ...(await simulatedWorkers(options))];
}

async function processWorkers({ config, directory, clock, log }: WorkersOptions): Promise<readonly Worker[]> {
  if (config.nodes === 0) return [];
  const { createProcessRuntime } = await import('#node/runtime/process/process-runtime.ts');
  const names = Array.from({ length: config.nodes }, (_, index) => `node-${index + 1}`);
  return Promise.all(
    names.map(async (name): Promise<Worker> => {
      const runtime = await createProcessRuntime({
        root: directory.node(name),
        images: config.imageMap,
        version,
        clock,
        log,
      });
      return { name, runtime, quiet: false };
    }),
  );
}

async function simulatedWorkers({ config, clock, random }: WorkersOptions): Promise<readonly Worker[]> {
  if (config.simulatedNodes === 0) return [];
  const { createSimulatedRuntime } = await import('#node/runtime/simulated/simulated-runtime.ts');
  const names = Array.from({ length: config.simulatedNodes }, (_, index) => `simulated-${index + 1}`);
  return names.map((name) => ({ name, runtime: createSimulatedRuntime({ clock, random, version }), quiet: true }));
}
