import { nodeUser } from '#api/access/node-identity.ts';
import { startActors } from '#app/actors.ts';
import { type Agents, startAgents } from '#app/agents.ts';
import { startControlPlane } from '#app/control-plane.ts';
import { createManifests } from '#app/create-manifests.ts';
import { programs } from '#app/identities.ts';
import { manifestsOf } from '#app/manifests.ts';
import { version } from '#app/version.ts';
import { type Clock, systemClock } from '#base/clock.ts';
import { type Logger, silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client } from '#client/client.ts';
import { catalog } from '#kinds/catalog.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Runtime } from '#node/runtime/runtime.ts';
import type { Script } from '#node/runtime/simulated/script.ts';
import { createSimulatedRuntime } from '#node/runtime/simulated/simulated-runtime.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { createWebhookClient } from '#wire/webhook-client.ts';

export interface TestClusterOptions {
  /** `virtual` (the default): time stands still until `advance` and its like move it. `system`: time is real. */
  readonly clock?: 'virtual' | 'system';
  /** Every draw of chance follows from it: the same seed makes the same run, name by name. */
  readonly seed?: string;
  /** When virtual time begins. */
  readonly start?: Date;
  /** How many nodes there are; one unless said. They are called node-1, node-2, … */
  readonly nodes?: number;
  /** How long a node's Lease lasts, 40 s unless said: after one and a quarter of that in silence a node counts as lost. Nodes
   *  renew it four times as often, which is nearly all that happens in idle time: leases of an hour make idle months cheap. */
  readonly leaseSeconds?: number;
  /** What containers do; unless said, what their pod's annotations ask for (docs/testing.md). */
  readonly script?: Script;
  readonly log?: Logger;
}

/** A whole cluster in this process: the real API, controllers and scheduler over a store in memory, with simulated nodes. */
export interface TestCluster {
  readonly client: Client;
  /** Creates the objects of a manifest (YAML or JSON, one or more), and the namespaces it mentions. Throws `ApiError`, with
   *  the server's text, for the first that the API does not take. */
  create(manifest: string): Promise<readonly KubeObject[]>;
  now(): Millis;
  /** Moves virtual time on by `span`, with all that happens on the way. */
  advance(span: Millis): Promise<void>;
  /** Sets the clock of the virtual machine forward, or back, by `span`, as a correction or the end of a sleep would. */
  jump(span: Millis): void;
  /** Moves virtual time on until nothing is left to happen but heartbeats and the like, at most `spanMax` (a day unless
   *  said). Returns whether that point was reached. */
  runUntilIdle(spanMax?: Millis): Promise<boolean>;
  /** Moves virtual time on until `done` holds, at most `spanMax` (a day unless said); throws when it does not. */
  runUntil(done: () => boolean | Promise<boolean>, spanMax?: Millis): Promise<void>;
  /** One more node joins under this name, and is Ready when this resolves. */
  addNode(name: string): Promise<void>;
  /** The machine of that node dies: it beats no more, and nothing is heard of its pods. */
  loseNode(name: string): Promise<void>;
  stop(): Promise<void>;
}

const day: Millis = 24 * 3600_000;

/** Older ones lack what is called below. */
const nodeMajorMin = 22;

/** Starts a cluster for a test; its nodes are Ready when this resolves. Throws on a Node that is too old. */
export async function createCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) < nodeMajorMin) {
    throw new Error(`sampan/testing needs Node.js ${nodeMajorMin} or later; this is ${node}.`);
  }
  const { script, leaseSeconds } = options;
  const random = seededRandom(options.seed ?? 'sampan');
  const log = options.log ?? silentLogger;
  const virtual = options.clock === 'system' ? undefined : new VirtualClock(options.start?.getTime());
  const clock: Clock = virtual ?? systemClock;
  const tools = { clock, random, log };
  const agents = new Map<string, Agents>();
  const store = createMemoryStore(tools);
  // Webhooks are the test's own servers, which know of no other time than the real one.
  const askOutside = createWebhookClient(systemClock);
  const plane = await startControlPlane({
    ...{ ...tools, store, nodes: (name) => agents.get(name)?.directory(name) },
    running: () => true,
    callWebhook: (call) => (virtual === undefined ? askOutside(call) : virtual.outside(askOutside(call))),
  });
  const actors = startActors({ ...tools, plane, rootCa: '', localZone: 'UTC', leaseSeconds });
  const runtimes: Runtime[] = [];
  const addNode = async (name: string): Promise<void> => {
    const runtime = createSimulatedRuntime({ clock, random, version, ...(script === undefined ? {} : { script }) });
    runtimes.push(runtime);
    const client = (node: string): Client => plane.client(programs.node, nodeUser(node));
    const shared = { client, pods: actors.podSource, services: actors.services, apiServer: () => undefined };
    const started = startAgents({ ...tools, ...shared, workers: [{ name, runtime, quiet: false, leaseSeconds }] });
    agents.set(name, started);
    await started.ready;
  };
  const loseNode = async (name: string): Promise<void> => {
    await agents.get(name)?.stop();
    agents.delete(name);
  };
  const names = Array.from({ length: options.nodes ?? 1 }, (_, index) => `node-${index + 1}`);
  await settled(virtual, Promise.all([actors.synced, ...names.map(addNode)]));
  const client = plane.client('test');
  return {
    client,
    create: async (manifest) => createManifests(client, await manifestsOf('manifest', manifest, catalog)),
    now: () => clock.now(),
    advance: (span) => needVirtual(virtual).advance(span),
    jump: (span) => needVirtual(virtual).jump(span),
    runUntilIdle: (spanMax = day) => needVirtual(virtual).runUntilIdle(spanMax),
    runUntil: (done, spanMax = day) => runUntil(needVirtual(virtual), done, spanMax),
    addNode: (name) => settled(virtual, addNode(name)),
    loseNode,
    stop: async () => {
      await settled(
        virtual,
        Promise.all([...agents.keys()].map(loseNode)).then(() => actors.stop()),
      );
      await Promise.all(runtimes.map((runtime) => runtime.close()));
      await plane.stop();
    },
  };
}

function needVirtual(clock: VirtualClock | undefined): VirtualClock {
  if (clock === undefined)
    throw new TypeError("Cannot move the system's time: create the cluster with clock 'virtual'");
  return clock;
}

/** Waits for `work`, moving virtual time on as long as the work needs it to move. */
async function settled(clock: VirtualClock | undefined, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const finished = work.finally(() => {
    isDone = true;
  });
  finished.catch(() => {});
  if (clock !== undefined) await clock.advanceUntil(() => isDone, day);
  await finished;
}

async function runUntil(clock: VirtualClock, done: () => boolean | Promise<boolean>, spanMax: Millis): Promise<void> {
  const end = clock.now() + spanMax;
  while (!(await done())) {
    if (clock.now() >= end) throw new Error(`Nothing came of it within ${spanMax / 1000} s of virtual time`);
    const from = clock.now();
    await clock.advanceUntil(() => clock.now() > from, end - from);
  }
}
