import { nodeUser } from '#api/access/node-identity.ts';
import type { Auditor } from '#api/audit/auditor.ts';
import type { Actors } from '#app/actors.ts';
import type { Agents, Worker } from '#app/agents.ts';
import type { Config } from '#app/config.ts';
import { type ControlPlane, startControlPlane } from '#app/control-plane.ts';
import { type DataDirectory, openDataDirectory } from '#app/data-directory.ts';
import { programs } from '#app/identities.ts';
import { publishApi } from '#app/published-api.ts';
import { type Serving, type ServingOptions, serve } from '#app/serving.ts';
import { readStaticTokens } from '#app/static-tokens.ts';
import { type Step, startStoppable } from '#app/undo.ts';
import { type Clock, systemClock } from '#base/clock.ts';
import { createLogger, type Logger } from '#base/log.ts';
import { MetricsRegistry } from '#base/metrics.ts';
import { type Random, systemRandom } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import type { NodeDirectory, NodePort } from '#client/node-port.ts';
import { createRemoteNode } from '#client/remote-nodes.ts';
import type { SignRequest } from '#controllers/certificates/signer.ts';
import { createEncryptedStore } from '#store/encrypted/encrypted-store.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { openSqliteStore } from '#store/sqlite/sqlite-store.ts';
import type { Store } from '#store/store.ts';
import { reachableAs } from '#wire/addresses.ts';
import { openPki, type Pki } from '#wire/pki/pki.ts';
import { signRequest } from '#wire/pki/sign-request.ts';
import { openSigningKey } from '#wire/pki/signing-key.ts';

export interface ClusterOptions {
  readonly config: Config;
  /** How much of a cluster: the API alone, with controllers and scheduler, or with nodes too. */
  readonly extent: 'api' | 'control-plane' | 'all';
  /** `memory`: everything is forgotten at the end. */
  readonly storage: 'disk' | 'memory';
  /** Whether the API gets a port. */
  readonly serve: boolean;
}

/** A cluster in this process. */
export interface Cluster {
  readonly plane: ControlPlane;
  readonly nodes: NodeDirectory;
  readonly nodeNames: readonly string[];
  /** Where the API answers; undefined without a port. */
  readonly url: string | undefined;
  now(): Millis;
  /** Ends what was started, the last thing first. Containers run on for the next start unless `killPods` is set. */
  stop(options?: StopOptions): Promise<void>;
}

export interface StopOptions {
  readonly killPods?: boolean;
}

interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Starts a cluster; when this resolves, the API is ready and the nodes are registered. Throws `StoreError` when the data is in
 *  use or damaged, and `ConfigError` for a configuration that makes no sense. What was started before a failure is ended. */
export function startCluster(options: ClusterOptions): Promise<Cluster> {
  return startStoppable((undo) => start(options, undo), {});
}

type Undo = Step<StopOptions>[];

/** The order matters: the API before its actors, the port before the wait for them. */
async function start(options: ClusterOptions, undo: Undo): Promise<Omit<Cluster, 'stop'>> {
  const { config, extent } = options;
  const tools: Tools = { clock: systemClock, random: systemRandom(), log: createLogger(config.logLevel) };
  const auditor = await openAudit(config, tools, undo);
  const directory = openDataDirectory(config.dataDir);
  const store = await openStore(options, directory, tools);
  undo.push(() => store.close());
  const workers = extent === 'all' ? await startRuntimes(config, directory, tools, undo) : [];
  const pki = await openPki(directory.pki, { now: systemClock.now(), extraNames: serverNamesOf(config) });
  const metrics = new MetricsRegistry();
  let actors: Actors | undefined;
  let agents: Agents | undefined;
  let serving: Serving | undefined;
  const others = otherNodes(() => serving?.pki() ?? pki);
  const nodes: NodeDirectory = (name) => agents?.directory(name) ?? others.find(name);
  const tokenKey = await openSigningKey(directory.tokenKey);
  const { tokenAuthFile } = config;
  const known = tokenAuthFile === undefined ? {} : { knownToken: readStaticTokens(tokenAuthFile) };
  const plane = await startControlPlane({
    ...{ ...tools, ...known, store, nodes, tokenKey, auditor },
    running: () => actors !== undefined,
  });
  undo.push(() => plane.stop());
  others.client = plane.client('node-directory');
  if (options.serve) {
    const reserved = new Set(workers.map(({ name }) => name));
    serving = await openPort(config, directory, { ...tools, api: plane.api, pki, reserved, auditor, metrics }, undo);
  }
  const published = serving === undefined ? undefined : publish(serving, { ...tools, plane, pki }, undo);
  if (extent !== 'api') {
    const { startActors } = await import('#app/actors.ts');
    const sign = signerOf(() => serving?.pki() ?? pki);
    const started = startActors({ ...tools, plane, rootCa: pki.authority, sign, metrics });
    actors = started;
    undo.push(() => started.stop());
    if (workers.length > 0)
      agents = await joinNodes(workers, { ...tools, plane, actors: started, url: serving?.url }, undo);
    await started.synced;
  }
  await published;
  await agents?.ready;
  if (serving !== undefined) describeLater({ ...tools, plane }, undo);
  return { plane, nodes, nodeNames: workers.map(({ name }) => name), url: serving?.url, now: () => systemClock.now() };
}

/** What the certificate of the server says besides what all say: where it is reached now. */
function serverNamesOf({ host, tlsSan }: Config): readonly string[] {
  return [...reachableAs(host), ...tlsSan];
}

/** Signs with the key of the authority of the moment. */
function signerOf(pki: () => Pki): SignRequest {
  return (request, terms) => {
    const { authority, authorityKey } = pki();
    return signRequest({ certificate: authority, key: authorityKey }, request, terms);
  };
}

/** Opened first and closed last: what happens at the end is written, too. */
async function openAudit(config: Config, tools: Tools, undo: Undo): Promise<Auditor | undefined> {
  if (config.auditPolicyFile === undefined && config.auditLogPath === undefined) return undefined;
  const { openAuditLog } = await import('#app/audit/audit-log.ts');
  const { auditor, close } = await openAuditLog(config, tools);
  undo.push(close);
  return auditor;
}

/** A configuration that is no good is found before the database is touched. */
async function openStore({ config, storage }: ClusterOptions, directory: DataDirectory, tools: Tools): Promise<Store> {
  const file = config.encryptionProviderConfig;
  const rules = file === undefined ? [] : (await import('#app/encryption-config.ts')).readEncryptionConfig(file);
  const store = storage === 'disk' ? openSqliteStore({ path: directory.database, ...tools }) : createMemoryStore(tools);
  return rules.length === 0 ? store : createEncryptedStore(store, rules);
}

async function startRuntimes(
  config: Config,
  directory: DataDirectory,
  tools: Tools,
  undo: Undo,
): Promise<readonly Worker[]> {
  const { prepareWorkers } = await import('#app/workers.ts');
  const workers = await prepareWorkers({ ...tools, config, directory });
  undo.push(async () => {
    await Promise.all(workers.map(({ runtime }) => runtime.close()));
  });
  return workers;
}

type PortParts = Pick<ServingOptions, 'api' | 'pki' | 'reserved' | 'clock' | 'random' | 'log' | 'auditor' | 'metrics'>;

async function openPort(config: Config, directory: DataDirectory, parts: PortParts, undo: Undo): Promise<Serving> {
  const { kubeconfig, host, port } = config;
  const serving = await serve({
    ...parts,
    kubeconfig,
    host,
    port,
    pkiDirectory: directory.pki,
    names: () => serverNamesOf(config),
    checks: [],
  });
  undo.push(() => serving.stop());
  return serving;
}

interface PublishParts extends Tools {
  readonly plane: ControlPlane;
  readonly pki: Pki;
}

function publish({ address }: Serving, { pki, ...parts }: PublishParts, undo: Undo): Promise<void> {
  const { settled, stop } = publishApi({ ...parts, facts: { ...address, clientAuthority: pki.authority } });
  undo.push(stop);
  return settled;
}

/** Whoever waits for the cluster does not wait for this. */
function describeLater(parts: Tools & { readonly plane: ControlPlane }, undo: Undo): void {
  let end: (() => Promise<void>) | undefined;
  let isStopped = false;
  const begin = async (): Promise<void> => {
    const { describeApi } = await import('#app/described-api.ts');
    if (!isStopped) end = describeApi(parts);
  };
  const timer = parts.clock.after(0, () => void begin(), { background: true });
  undo.push(async () => {
    isStopped = true;
    timer.cancel();
    await end?.();
  });
}

interface NodeParts extends Tools {
  readonly plane: ControlPlane;
  readonly actors: Actors;
  readonly url: string | undefined;
}

async function joinNodes(workers: readonly Worker[], parts: NodeParts, undo: Undo): Promise<Agents> {
  const { startAgents } = await import('#app/agents.ts');
  const { clock, random, log, plane, actors, url } = parts;
  const apiServer = addressOf(url);
  const agents = startAgents({
    ...{ clock, random, log, workers },
    client: (node) => plane.client(programs.node, nodeUser(node)),
    pods: actors.podSource,
    services: actors.services,
    apiServer: () => apiServer,
  });
  undo.push((how) => agents.stop(how));
  return agents;
}

interface OtherNodes {
  /** Set once there is an API to read nodes from. */
  client: Client | undefined;
  find(name: string): NodePort | undefined;
}

/** The nodes of other processes, which are asked over HTTPS. */
function otherNodes(pki: () => Pki): OtherNodes {
  const others: OtherNodes = {
    client: undefined,
    find: (name) => {
      const { client } = others;
      if (client === undefined) return undefined;
      return createRemoteNode(name, { client, credentials: () => ({ authority: pki().authority, ...pki().admin }) });
    },
  };
  return others;
}

function addressOf(url: string | undefined): { host: string; port: number } | undefined {
  if (url === undefined) return undefined;
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}
