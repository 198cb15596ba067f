import { kubernetesVersion } from '#app/version.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import type { Service } from '#kinds/service/schema.ts';
import { createNodeAgent, type NodeAgent } from '#node/node-agent.ts';
import type { PodSource } from '#node/pods/pod-source.ts';
import type { ServiceAddress } from '#node/pods/service-variables.ts';
import type { Runtime } from '#node/runtime/runtime.ts';
import type { Informer } from '#reconcile/informer.ts';

/** One node of this process: its name, and what runs its containers. */
export interface Worker {
  readonly name: string;
  readonly runtime: Runtime;
  /** See `NodeAgentDeps.quiet`. */
  readonly quiet: boolean;
  /** See `RegistrationDeps.leaseSeconds`. */
  readonly leaseSeconds?: number | undefined;
}

export interface AgentsOptions {
  readonly workers: readonly Worker[];
  /** A client in the name of that node. */
  readonly client: (node: string) => Client;
  readonly pods: PodSource;
  readonly services: Informer<Service>;
  readonly apiServer: () => ServiceAddress | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Node agents at work. */
export interface Agents {
  readonly directory: NodeDirectory;
  /** Resolves when every node is registered and ready. */
  readonly ready: Promise<void>;
  /** Ends them. Containers run on for the next start unless `killPods` is set. */
  stop(options?: { readonly killPods?: boolean }): Promise<void>;
}

/** Lets each worker register its node and take pods. */
export function startAgents(options: AgentsOptions): Agents {
  const { clock, random, pods, services, apiServer } = options;
  const agents = new Map(
    options.workers.map(({ name, runtime, quiet, leaseSeconds }): [string, NodeAgent] => {
      const log = options.log.with({ node: name });
      const client = options.client(name);
      const identity = { name, kubeletVersion: kubernetesVersion, quiet, leaseSeconds };
      return [name, createNodeAgent({ ...identity, client, clock, random, log, runtime, pods, services, apiServer })];
    }),
  );
  return {
    directory: (name) => agents.get(name)?.port,
    ready: Promise.all([...agents.values()].map((agent) => agent.start())).then(() => {}),
    stop: async (how) => {
      await Promise.all([...agents.values()].map((agent) => agent.stop(how)));
    },
  };
}
