import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api } from '#api/api.ts';
import { Auditor, type AuditSink } from '#api/audit/auditor.ts';
import type { AuditPolicy } from '#api/audit/policy.ts';
import { createApi } from '#api/create-api.ts';
import type { Logger } from '#base/log.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import { catalog } from '#kinds/catalog.ts';
import { createAuthenticator } from '#server/authenticate.ts';
import type { HealthCheck } from '#server/health.ts';
import { type ApiServer, createServer } from '#server/server.ts';
import { parseTokenFile } from '#server/token-file.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import type { Store } from '#store/store.ts';
import { createHttpClient, type Endpoint, type HttpAnswer, textOf } from '#wire/http-client.ts';
import { type Listener, openListener } from '#wire/listener.ts';
import { openPki, type Pki } from '#wire/pki/pki.ts';
import { createWebhookClient } from '#wire/webhook-client.ts';

const tokens = 'admintoken,admin,admin-uid,"system:masters"\nalicetoken,alice,alice-uid,devs\n';

export interface TestRequest {
  readonly as?: 'admin' | 'alice' | 'nobody';
  readonly headers?: { readonly [name: string]: string };
  /** Text and bytes as they are; anything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined if it is none. */
  readonly json: { readonly [key: string]: unknown } | undefined;
}

export interface TestServerOptions {
  /** Wraps the API, to make it misbehave. */
  readonly wrap?: (api: Api) => Api;
  readonly nodes?: NodeDirectory;
  readonly checks?: readonly HealthCheck[];
  readonly log?: Logger;
  readonly audit?: { readonly policy: AuditPolicy; readonly sink: AuditSink };
}

/** The real server on the real API over the memory store, on a port of its own; time is virtual. */
export interface TestServer {
  readonly url: string;
  readonly clock: VirtualClock;
  readonly api: Api;
  readonly server: ApiServer;
  readonly listener: Listener;
  readonly pki: Pki;
  readonly store: Store;
  readonly endpoint: Endpoint;
  /** Sends a request and reads the whole answer; `target` is "GET /path?query". */
  ask(target: string, request?: TestRequest): Promise<TestAnswer>;
  /** Sends a request and leaves the body to be read. */
  open(target: string, request?: TestRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const clock = new VirtualClock(Date.now());
  const random = seededRandom('server');
  const nodes = options.nodes ?? (() => undefined);
  const store = createMemoryStore({ clock });
  const users = parseTokenFile(tokens, 'tokens');
  const knownToken = async (token: string) => users.get(token);
  const callWebhook = createWebhookClient(clock);
  const api = await createApi({ store, clock, random, resources: catalog, nodes, knownToken, callWebhook });
  const directory = await mkdtemp(join(tmpdir(), 'sampan-server-'));
  const pki = await openPki(directory, { now: clock.now() });
  const server = createServer({
    api: options.wrap?.(api) ?? api,
    clock,
    random,
    log: options.log ?? silentLogger,
    authenticate: createAuthenticator(api.authenticate),
    checks: options.checks ?? [],
    auditor: options.audit && new Auditor({ ...options.audit, clock }),
    joins: { pki: () => pki, reserved: new Set(['own']) },
  });
  const onRequest: Parameters<typeof openListener>[0]['onRequest'] = (request, response) =>
    server.handle(request, response);
  const listener = await openListener({
    host: '127.0.0.1',
    port: 0,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest,
    upgrades: server.upgrades,
  });
  const url = `https://127.0.0.1:${listener.port}`;
  const http = createHttpClient({ server: url, authority: pki.authority });
  const open = (target: string, request: TestRequest = {}): Promise<HttpAnswer> => {
    const [method = '', path = ''] = target.split(' ');
    const body = bodyOf(request.body);
    const token = request.as === 'nobody' ? {} : { authorization: `Bearer ${request.as ?? 'admin'}token` };
    const headers = {
      ...token,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    };
    return http.send({ method, path, headers, signal: request.signal, ...(body === undefined ? {} : { body }) });
  };
  const ask = async (target: string, request?: TestRequest): Promise<TestAnswer> => {
    const { status, headers, body } = await open(target, request);
    const text = await textOf(body);
    return { status, headers, text, json: jsonOf(text) };
  };
  const close = async (): Promise<void> => {
    server.drain();
    http.close();
    await listener.close(AbortSignal.abort());
    api.close();
    await store.close();
    await rm(directory, { recursive: true });
  };
  const endpoint = { server: url, authority: pki.authority, certificate: pki.admin.certificate, key: pki.admin.key };
  return { url, clock, api, server, listener, pki, store, endpoint, ask, open, close };
}

function bodyOf(body: unknown): string | Uint8Array | undefined {
  return body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
}

function jsonOf(text: string): { readonly [key: string]: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
