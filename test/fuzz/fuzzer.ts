import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { buoys } from '#api/custom/test-definitions.ts';
import { type Logger, silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { decode } from '#schema/decode.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { sealProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { startTestServer, type TestServer } from '#server/test-server.ts';
import { Dice } from './dice.ts';
import { difference } from './difference.ts';
import { drawRequest, type FuzzRequest, namespaces, root, type World } from './requests.ts';
import { streamNode, streamPlace } from './stream-node.ts';
import { Transport } from './transport.ts';
import { type FuzzAnswer, jsonOf, refusalFault } from './verdicts.ts';
import { attack } from './wire-attacks.ts';

/** A broken promise, and what it takes to see it again. */
export interface Finding {
  readonly seed: number;
  readonly step: number;
  readonly fault: string;
  readonly request: string;
}

export interface Round {
  readonly findings: readonly Finding[];
  /** How often each code was answered. */
  readonly codes: ReadonlyMap<number, number>;
  readonly slowest: { readonly ms: number; readonly request: string };
}

/** No request may keep the server busy for longer. Generous: the machine may have other work. */
const busyMsMax = 5_000;

/** After so long without an answer the server is waiting for time to pass. */
const patienceMs = 60;

/** One server and the requests that a seed stands for. */
export class Fuzzer {
  readonly it: TestServer;
  readonly findings: Finding[] = [];
  readonly codes = new Map<number, number>();
  slowest = { ms: 0, request: '' };
  private readonly seed: number;
  private readonly transport: Transport;
  private readonly failures: readonly unknown[];
  private readonly world: World;
  /** Keys that are there before the first step. */
  private readonly initial = new Set<string>();
  /** Keys that the store has written since the last look. */
  private readonly written: string[] = [];

  private constructor(it: TestServer, seed: number, failures: readonly unknown[]) {
    this.it = it;
    this.seed = seed;
    this.failures = failures;
    this.transport = new Transport(it.url, it.pki.authority);
    this.world = {
      get resources() {
        return it.api.served.resources;
      },
      stored: async (path) => {
        const answer = await this.ask(plain('GET', path));
        return answer.status === 200 ? jsonOf(answer.text) : undefined;
      },
    };
    it.store.watch('', it.store.revision, {
      event: (event) => void this.written.push(event.type === 'put' ? event.entry.key : `deleted ${event.key}`),
      closed: () => {},
    });
  }

  static async start(seed: number): Promise<Fuzzer> {
    const failures: unknown[] = [];
    const log: Logger = { ...silentLogger, error: (message, fields) => void failures.push({ message, ...fields }) };
    const it = await startTestServer({ log, nodes: streamNode() });
    const fuzzer = new Fuzzer(it, seed, failures);
    await fuzzer.furnish();
    for (const { key } of (await it.store.range({ prefix: '' })).entries) fuzzer.initial.add(key);
    return fuzzer;
  }

  async close(): Promise<void> {
    this.transport.close();
    await this.it.close();
  }

  /** Sends the request of one step and judges what came of it. */
  async step(step: number): Promise<void> {
    const dice = new Dice(seededRandom(String(this.seed)).stream(`step-${step}`));
    const request = await drawRequest(dice, this.world);
    const version = dice.chance(0.25) ? 2 : 1;
    const check = dice.chance(0.5);
    this.written.length = 0;
    const fault = await this.judge(request, version, check).catch((error: unknown) => `no answer: ${String(error)}`);
    const failed = this.failures.length > 0 ? `the server failed: ${describe(this.failures)}` : undefined;
    (this.failures as unknown[]).length = 0;
    for (const each of [failed, fault]) {
      if (each !== undefined)
        this.findings.push({ seed: this.seed, step, fault: each, request: shown(request, version) });
    }
  }

  /** Misuses the wire, then asks whether the server is still well. */
  async attack(step: number): Promise<void> {
    const dice = new Dice(seededRandom(String(this.seed)).stream(`attack-${step}`));
    this.written.length = 0;
    const name = await attack(dice, { port: this.it.listener.port, authority: this.it.pki.authority });
    const answer = await this.ask(plain('GET', '/readyz'));
    const faults = [
      ...(answer.text === 'ok' ? [] : [`after ${name} the server is not ready: ${answer.status} ${answer.text}`]),
      ...(this.written.length === 0 ? [] : [`${name} wrote ${this.written.join(', ')}`]),
      ...(this.failures.length === 0 ? [] : [`${name} made the server fail: ${describe(this.failures)}`]),
    ];
    (this.failures as unknown[]).length = 0;
    for (const fault of faults) this.findings.push({ seed: this.seed, step, fault, request: name });
  }

  /** Takes away what requests have left, so that what the heap still holds is nobody's. */
  async purge(): Promise<void> {
    const { store } = this.it;
    for (const { key } of (await store.range({ prefix: '' })).entries) {
      if (!this.initial.has(key)) await store.write({ op: 'delete', key });
    }
    await store.compact(store.revision);
    this.written.length = 0;
  }

  private async judge(request: FuzzRequest, version: 1 | 2, check: boolean): Promise<string | undefined> {
    const before = performance.now();
    const answer = await this.answered(request, version);
    const ms = performance.now() - before;
    if (ms > this.slowest.ms) this.slowest = { ms, request: shown(request, version).slice(0, 400) };
    this.codes.set(answer.status, (this.codes.get(answer.status) ?? 0) + 1);
    const written = this.written.splice(0).filter((key) => !isSideEffect(key));
    if (ms > busyMsMax) return `kept the server busy for ${Math.round(ms)} ms`;
    if (answer.status >= 400) {
      // Of a collection, what went before the one that could not go is gone (spec: api.md section 11.5).
      if (written.length > 0 && !isCollectionDelete(request))
        return `refused with ${answer.status}, and yet it wrote ${written.join(', ')}`;
      return refusalFault(request, answer);
    }
    if (['GET', 'HEAD', 'OPTIONS'].includes(request.method) && written.length > 0) return `a read wrote ${written}`;
    if (request.isDryRun && written.length > 0 && /dryRun=All(&|$)/.test(request.path))
      return `a dry run wrote ${written}`;
    const object = jsonOf(answer.text);
    return check && object !== undefined ? this.storedFault(object) : undefined;
  }

  /** The whole answer; time passes when the server waits for it. */
  private async answered(request: FuzzRequest, version: 1 | 2): Promise<FuzzAnswer> {
    let answer: FuzzAnswer | undefined;
    const done = this.transport.send(request, version).then((got) => {
      answer = got;
    });
    for (const span of [0, 4_000, 60_000, 7_200_000, 7_200_000, 7_200_000]) {
      await Promise.race([done, sleep(patienceMs, undefined, { ref: false })]);
      if (answer !== undefined) return answer;
      await this.it.clock.advance(span);
    }
    await Promise.race([done, sleep(10_000)]);
    if (answer === undefined) throw new Error('the server is silent');
    return answer;
  }

  private ask(request: FuzzRequest): Promise<FuzzAnswer> {
    return this.answered(request, 1);
  }

  /** What is wrong with an object that the server says it has stored. */
  private async storedFault(answered: { readonly [key: string]: unknown }): Promise<string | undefined> {
    const { kind, apiVersion, metadata } = answered as { kind?: unknown; apiVersion?: unknown; metadata?: Meta };
    const resource = this.it.api.served.resources.find(
      (each) => each.kind === kind && apiVersion === apiVersionOf(each),
    );
    if (resource === undefined || metadata?.uid === undefined || metadata.name === undefined) return undefined;
    const within = resource.namespaced ? `/namespaces/${metadata.namespace}` : '';
    const collection = `${root(resource)}${within}/${resource.plural}`;
    const path = `${collection}/${encodeURIComponent(metadata.name)}`;
    const got = await this.ask(plain('GET', path));
    if (got.status === 404) return undefined;
    const stored = jsonOf(got.text) as Stored | undefined;
    if (got.status !== 200 || stored === undefined) return `what is stored cannot be read: ${got.status} ${got.text}`;
    if (stored.metadata.resourceVersion === metadata.resourceVersion && !isDeepStrictEqual(stored, answered)) {
      return `what was answered is not what is stored: ${difference(answered, stored).join('; ')}`;
    }
    return (
      (await this.viewFault(path, collection, stored, resource.custom !== undefined)) ??
      (await this.rewriteFault(path, resource, stored))
    );
  }

  /** The object as it is seen in other forms. */
  private async viewFault(
    path: string,
    collection: string,
    stored: Stored,
    isCustom: boolean,
  ): Promise<string | undefined> {
    const yaml = await this.ask(plain('GET', path, { accept: 'application/yaml' }));
    const parsed: unknown = parse(yaml.text, { maxAliasCount: -1 });
    if (!isDeepStrictEqual(parsed, stored))
      return `in YAML it is another object: ${difference(stored, parsed).join('; ')}`;
    const list = jsonOf((await this.ask(plain('GET', collection))).text) as { items?: readonly Stored[] } | undefined;
    const { kind: _kind, apiVersion: _apiVersion, ...plainItem } = stored;
    const item = isCustom ? stored : plainItem;
    const listed = list?.items?.find(({ metadata }) => metadata.name === stored.metadata.name);
    if (!isDeepStrictEqual(listed, item))
      return `in the list it is another object: ${difference(item, listed).join('; ')}`;
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = await this.ask(plain('GET', path, { accept }));
    return table.status === 200 ? undefined : `it has no table: ${table.status} ${table.text}`;
  }

  /** Written again unchanged, in every encoding, it must be taken, and nothing must change. */
  private async rewriteFault(path: string, resource: ResourceDefinition, stored: Stored): Promise<string | undefined> {
    for (const [contentType, body] of encodings(resource, stored)) {
      const headers = { 'content-type': contentType };
      const answer = await this.ask({ ...plain('PUT', path, headers), body });
      const again = jsonOf(answer.text) as Stored | undefined;
      if (answer.status !== 200) return `unchanged it is refused as ${contentType}: ${answer.status} ${answer.text}`;
      if (again?.metadata.resourceVersion !== stored.metadata.resourceVersion) {
        return `written again unchanged as ${contentType} it changed: ${difference(stored, again).join('; ')}`;
      }
    }
    return undefined;
  }

  /** What requests of a cluster in use would find. */
  private async furnish(): Promise<void> {
    for (const name of namespaces.filter((each) => each !== 'nowhere')) {
      await this.make('/api/v1/namespaces', { metadata: { name } });
      await this.make(`/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
    }
    await this.make('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', buoys());
    await this.make('/api/v1/nodes', { metadata: { name: 'node-0' } });
    await this.furnishStreams();
  }

  /** A pod that streams lead into, out of the way of all other requests. */
  private async furnishStreams(): Promise<void> {
    const name = streamPlace;
    const pods = `/api/v1/namespaces/${name}/pods`;
    await this.make('/api/v1/namespaces', { metadata: { name } });
    await this.make(`/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
    const containers = [{ name: 'c', image: 'i', stdin: true, ports: [{ containerPort: 80 }] }];
    await this.make(pods, { metadata: { name }, spec: { nodeName: name, containers } });
    const headers = { 'content-type': 'application/merge-patch+json' };
    const status = { phase: 'Running', podIP: '10.0.0.9', podIPs: [{ ip: '10.0.0.9' }] };
    const body = Buffer.from(JSON.stringify({ status }));
    const answer = await this.ask({ ...plain('PATCH', `${pods}/${name}/status`, headers), body });
    if (answer.status !== 200) throw new Error(`no pod for streams: ${answer.text}`);
  }

  private async make(path: string, object: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    await this.ask({ ...plain('POST', path, headers), body: Buffer.from(JSON.stringify(object)) });
  }
}

interface Meta {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

interface Stored {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: Meta;
}

function apiVersionOf({ group, version }: ResourceDefinition): string {
  return group === '' ? version : `${group}/${version}`;
}

function encodings(resource: ResourceDefinition, stored: Stored): readonly (readonly [string, Buffer])[] {
  const json = Buffer.from(JSON.stringify(stored));
  const texts: [string, Buffer][] = [
    ['application/json', json],
    ['application/yaml', json],
  ];
  if (resource.custom !== undefined) return texts;
  const raw = encodeProtobuf(resource.schema, decode(resource.schema, stored).value as object);
  const { apiVersion, kind } = stored;
  return [
    ...texts,
    ['application/vnd.kubernetes.protobuf', Buffer.from(sealProtobufEnvelope({ apiVersion, kind, raw }))],
  ];
}

function plain(method: string, path: string, headers: { readonly [name: string]: string } = {}): FuzzRequest {
  const all = { authorization: 'Bearer admintoken', ...headers };
  return { method, path, headers: all, body: undefined, resource: undefined, isDryRun: false };
}

/** What is counted before a write is tried, or ends by itself. */
function isSideEffect(key: string): boolean {
  return /^\/registry\/(resourcequotas|policy\/poddisruptionbudgets)\/|^deleted \/registry\/events\//.test(key);
}

function isCollectionDelete({ method, path, resource }: FuzzRequest): boolean {
  return method === 'DELETE' && resource !== undefined && path.split('?')[0]?.endsWith(`/${resource.plural}`) === true;
}

function describe(failures: readonly unknown[]): string {
  return failures
    .map((failure) => {
      const { error, ...rest } = failure as { error?: unknown };
      return `${JSON.stringify(rest)} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    })
    .join('\n');
}

function shown({ method, path, headers, body }: FuzzRequest, version: number): string {
  const type = headers['content-type'] ?? '';
  const text = body === undefined ? '' : type.includes('protobuf') ? body.toString('base64') : body.toString('utf8');
  return `HTTP/${version} ${method} ${path} ${JSON.stringify(headers)} ${text}`;
}
