import path from 'node:path';
import type { Worker } from '#app/agents.ts';
import type { Config } from '#app/config.ts';
import { type DataDirectory, openDataDirectory } from '#app/data-directory.ts';
import {
  type NodeIdentity,
  type NodeIdentityOptions,
  openNodeIdentity,
  renewNodeIdentity,
} from '#app/node-identity.ts';
import { type Step, startStoppable } from '#app/undo.ts';
import { kubernetesVersion } from '#app/version.ts';
import { prepareProcessWorker } from '#app/workers.ts';
import { systemClock, type Timer } from '#base/clock.ts';
import { createLogger, type Logger } from '#base/log.ts';
import { systemRandom } from '#base/random.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { openNodeFace } from '#node/face/node-face.ts';
import { createNodeAgent, type NodeAgent } from '#node/node-agent.ts';
import { addressTowards } from '#wire/addresses.ts';
import type { Listener } from '#wire/listener.ts';
import { renewalTime } from '#wire/pki/pki.ts';

/** What a node is called unless it is given a name. */
export { machineName } from '#node/registration/machine.ts';

export interface NodeOptions {
  readonly name: string;
  readonly config: Pick<Config, 'dataDir' | 'imageMap' | 'logLevel'>;
  readonly labels: { readonly [key: string]: string };
  readonly introduction: NodeIdentityOptions['introduction'];
  /** The port of the node's own face; the kubelet's unless given, or a free one where that is taken. */
  readonly port: number | undefined;
  /** The address that others reach this machine under; that of the way to the server unless given. */
  readonly address: string | undefined;
}

/** A node of its own process, at work. */
export interface JoinedNode {
  /** Where its server answers. */
  readonly server: string;
  readonly address: string;
  readonly port: number;
  /** Resolves when somebody has deleted the node. */
  readonly deleted: Promise<void>;
  /** Ends it. Containers run on for the next start unless `leave` is set: then its pods are deleted. */
  stop(options?: StopOptions): Promise<void>;
}

interface StopOptions {
  readonly leave?: boolean;
}

interface Tools {
  readonly clock: typeof systemClock;
  readonly log: Logger;
  readonly client: RemoteClient;
}

type Undo = Step<StopOptions>[];

const kubeletPort = 10_250;

/** Joins a server and runs pods for it; when this resolves, the node is registered and ready. Throws `JoinError` when the server
 *  does not take us. What was started before a failure is ended. */
export function startNode(options: NodeOptions): Promise<JoinedNode> {
  return startStoppable((undo) => start(options, undo), {});
}

/** The runtime comes first: its launcher must be started while this process is small (spec: runtimes.md). */
async function start(options: NodeOptions, undo: Undo): Promise<Omit<JoinedNode, 'stop'>> {
  const { name, config } = options;
  const log = createLogger(config.logLevel).with({ node: name });
  const clock = systemClock;
  const directory = openDataDirectory(config.dataDir);
  const address = options.address ?? (await addressTowards(await serverHost(options, directory)));
  const worker = await prepareProcessWorker({ config, directory, name, ip: address, clock, log });
  undo.push(() => worker.runtime.close());
  const names = { name, addresses: [address], file: identityFile(directory, name) };
  const identity = await openNodeIdentity({ ...names, now: clock.now(), introduction: options.introduction });
  const client = createRemoteClient({ ...identity, userAgent: `kubelet-${name}` });
  undo.push(async () => client.close());
  const tools: Tools = { clock, log, client };
  let made: NodeAgent | undefined;
  const face = await openFace(options, identity, { ...tools, address, agent: () => made });
  undo.push(() => face.close(AbortSignal.abort()));
  const { promise: deleted, resolve: onDeleted } = Promise.withResolvers<void>();
  const agent = makeAgent(options, worker, { ...tools, facePort: face.port, server: identity.server, onDeleted });
  made = agent;
  undo.push((how) => endAgent(agent, how));
  const renewal = renewInTime(identity, names, tools, face);
  undo.push(async () => renewal.stop());
  await agent.start();
  return { server: identity.server, address, port: face.port, deleted };
}

async function endAgent(agent: NodeAgent, { leave = false }: StopOptions): Promise<void> {
  if (leave) await agent.leave();
  await agent.stop();
}

function identityFile(directory: DataDirectory, name: string): string {
  return path.join(directory.node(name), 'kubeconfig');
}

/** The host that the node will speak to, as far as it is known before it speaks. */
async function serverHost({ introduction, name }: NodeOptions, directory: DataDirectory): Promise<string> {
  const { readKubeconfig } = await import('#client/kubeconfig.ts');
  const file =
    introduction !== undefined && 'kubeconfig' in introduction
      ? introduction.kubeconfig
      : identityFile(directory, name);
  const server =
    introduction !== undefined && 'server' in introduction
      ? introduction.server
      : await readKubeconfig(file).then(
          (endpoint) => endpoint.server,
          () => 'https://localhost',
        );
  return new URL(server).hostname.replace(/^\[|\]$/g, '');
}

interface FaceParts extends Tools {
  readonly address: string;
  readonly agent: () => NodeAgent | undefined;
}

async function openFace(options: NodeOptions, identity: NodeIdentity, parts: FaceParts): Promise<Listener> {
  const { clock, log, client, address, agent } = parts;
  const open = (port: number): Promise<Listener> =>
    openNodeFace({
      ...{ clock, log, client, port, name: options.name, node: agent },
      host: address.includes(':') ? '::' : '0.0.0.0',
      certificate: identity,
      authority: identity.authority,
    });
  if (options.port !== undefined) return open(options.port);
  return open(kubeletPort).catch(() => open(0));
}

interface AgentParts extends Tools {
  readonly facePort: number;
  readonly server: string;
  readonly onDeleted: () => void;
}

function makeAgent({ name, labels }: NodeOptions, { runtime }: Worker, parts: AgentParts): NodeAgent {
  const { server, ...rest } = parts;
  const { hostname, port } = new URL(server);
  const apiServer = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
  return createNodeAgent({
    ...rest,
    ...{ name, labels, runtime },
    random: systemRandom(),
    kubeletVersion: kubernetesVersion,
    apiServer: () => apiServer,
  });
}

/** Looks after the node's certificate while it runs for months. */
function renewInTime(
  identity: NodeIdentity,
  names: Pick<NodeIdentityOptions, 'name' | 'addresses' | 'file'>,
  { clock, log, client }: Tools,
  face: Listener,
): { stop(): void } {
  let timer: Timer;
  const arm = (current: NodeIdentity, at: number): void => {
    timer = clock.after(Math.max(60_000, at - clock.now()), () => renew(current), { background: true });
  };
  const renew = (current: NodeIdentity): void => {
    renewNodeIdentity(current, names)
      .then((renewed) => {
        client.renew(renewed);
        face.renew(renewed, renewed.authority);
        arm(renewed, renewalTime(renewed.certificate));
      })
      .catch((error: unknown) => {
        log.error('Could not renew the certificate of the node; trying again in an hour', { error });
        arm(current, clock.now() + 3_600_000);
      });
  };
  arm(identity, renewalTime(identity.certificate));
  return { stop: () => timer.cancel() };
}
