import type { Config } from '#app/config.ts';
import type { ControlPlane } from '#app/control-plane.ts';
import type { DataDirectory } from '#app/data-directory.ts';
import { version } from '#app/version.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random } from '#base/random.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import { createNodeAgent, type NodeAgent } from '#node/node-agent.ts';
import type { Runtime } from '#node/runtime/runtime.ts';

export interface WorkersOptions {
  readonly config: Pick<Config, 'nodes' | 'simulatedNodes'>;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** The node agents in this program. */
export interface Workers {
  readonly names: readonly string[];
  readonly directory: NodeDirectory;
  /** Registers the nodes and lets them take pods. */
  join(plane: ControlPlane): Promise<void>;
  /** Ends the agents. Containers run on for the next start unless `killPods` is set. */
  leave(options: { readonly killPods?: boolean }): Promise<void>;
  /** Releases the runtimes. */
  close(): Promise<void>;
}

interface Worker {
  readonly name: string;
  readonly runtime: Runtime;
}

/** Starts the runtimes, early: their launchers must be started while this process is still small
 *  (spec: runtimes.md, "The one big trap"). */
export async function prepareWorkers(options: WorkersOptions): Promise<Workers> {
  const workers = [...(await processWorkers(options)), ...(await simulatedWorkers(options))];
  const agents = new Map<string, NodeAgent>();
  return {
    names: workers.map(({ name }) => name),
    directory: (name) => agents.get(name)?.port,
    join: async (plane) => {
      const starting = workers.map(async ({ name, runtime }) => {
        const agent = createNodeAgent({ ...options, name, runtime, client: plane.client(`node-${name}`) });
        agents.set(name, agent);
        await agent.start();
      });
      await Promise.all(starting);
    },
    leave: async (how) => {
      await Promise.all([...agents.values()].map((agent) => agent.stop(how)));
    },
    close: async () => {
      await Promise.all(workers.map(({ runtime }) => runtime.close()));
    },
  };
}

async function processWorkers({ config, directory, clock, log }: WorkersOptions): Promise<readonly Worker[]> {
  if (config.nodes === 0) return [];
  const { createProcessRuntime } = await import('#node/runtime/process/process-runtime.ts');
  const { machineAddress } = await import('#node/registration/machine.ts');
  const names = Array.from({ length: config.nodes }, (_, index) => `node-${index + 1}`);
  return Promise.all(
    names.map(async (name) => {
      const root = directory.node(name);
      return { name, runtime: await createProcessRuntime({ root, version, ip: machineAddress(), clock, log }) };
    }),
  );
}

async function simulatedWorkers({ config, clock, random }: WorkersOptions): Promise<readonly Worker[]> {
  if (config.simulatedNodes === 0) return [];
  const { createSimulatedRuntime } = await import('#node/runtime/simulated/simulated-runtime.ts');
  const names = Array.from({ length: config.simulatedNodes }, (_, index) => `simulated-${index + 1}`);
  return names.map((name) => ({ name, runtime: createSimulatedRuntime({ clock, random, version }) }));
}
