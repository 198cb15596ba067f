import assert from 'node:assert/strict';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client } from '#client/client.ts';
import { catalog } from '#kinds/catalog.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { createNodeAgent, type NodeAgent, type NodeAgentDeps } from '#node/node-agent.ts';
import type { Runtime } from '#node/runtime/runtime.ts';
import { createSimulatedRuntime } from '#node/runtime/simulated/simulated-runtime.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

/** A node agent over the real API and the simulated runtime, in virtual time. */
export interface World {
  readonly clock: VirtualClock;
  readonly client: Client;
  readonly runtime: Runtime;
  agent: NodeAgent;
  /** Ends the agent as a crash would, and begins another on the same runtime. */
  restart(): Promise<void>;
  /** Everything a watcher of the pods saw: name and phase. */
  readonly seen: string[];
}

export async function world(
  adapt: (runtime: Runtime) => Runtime = (runtime) => runtime,
  more: Partial<NodeAgentDeps> = {},
  /** The way from the agent to the API. */
  linked: (client: Client) => Client = (client) => client,
): Promise<World> {
  const clock = new VirtualClock();
  const random = seededRandom('node-agent');
  const tools = { clock, random, log: silentLogger };
  const api = await createApi({ ...tools, store: createMemoryStore(tools), resources: catalog });
  const client = createLocalClient(api, { name: 'admin', groups: ['system:masters'] }, 'test');
  await client.create(serviceAccounts, { metadata: { namespace: 'default', name: 'default' } }).catch(() => {});
  const runtime = adapt(createSimulatedRuntime({ clock, random, version: '0.0.0' }));
  const begin = async (): Promise<NodeAgent> => {
    const agent = createNodeAgent({ ...tools, name: 'n1', client: linked(client), runtime, ...more });
    let up = false;
    const starting = agent.start().then(() => {
      up = true;
    });
    await clock.advanceUntil(() => up, 10_000);
    await starting;
    return agent;
  };
  const seen: string[] = [];
  const sink = {
    event: (event: { type: string; object?: Pod }) => {
      const { metadata, status } = event.object ?? {};
      if (metadata !== undefined) seen.push(`${event.type} ${metadata.name} ${status?.phase}`);
    },
    closed: () => {},
  };
  await client.watch(pods, { namespace: 'default' }, sink);
  const made: World = { clock, client, runtime, agent: await begin(), seen, restart: async () => {} };
  made.restart = async () => {
    await made.agent.stop();
    made.agent = await begin();
  };
  return made;
}

export interface Run {
  readonly name?: string;
  readonly simulate?: object;
  readonly spec?: Partial<PodSpec> | object;
}

export async function bind({ client }: World, { name = 'p', simulate, spec = {} }: Run): Promise<Pod> {
  const annotations = simulate === undefined ? {} : { 'sampan.dev/simulate': JSON.stringify(simulate) };
  const containers = [{ name: 'c', image: 'i' }];
  const full = { nodeName: 'n1', restartPolicy: 'Never', containers, ...spec } as unknown as PodSpec;
  return client.create(pods, { metadata: { namespace: 'default', name, annotations }, spec: full });
}

export function read({ client }: World, name = 'p'): Promise<Pod> {
  return client.get(pods, { namespace: 'default', name });
}

export async function reaches(it: World, phase: string, spanMax: Millis = 60_000, name = 'p'): Promise<Pod> {
  const end = it.clock.now() + spanMax;
  for (;;) {
    const pod = await read(it, name);
    if (pod.status.phase === phase) return pod;
    assert(it.clock.now() < end, `the pod is still ${pod.status.phase}, not ${phase}`);
    await it.clock.advance(100);
  }
}

export async function isGone(it: World, name = 'p'): Promise<boolean> {
  return read(it, name).then(
    () => false,
    (error) => isNotFound(error),
  );
}
