import type { ServerResponse } from 'node:http';
import { present } from '#base/assert.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Client } from '#client/client.ts';
import { readCommandQuery } from '#client/command-query.ts';
import { joinStreams } from '#client/join-streams.ts';
import { readLogQuery } from '#client/log-query.ts';
import type { NodePort } from '#client/node-port.ts';
import { serveCommand } from '#client/serve-command.ts';
import { ApiError, apiErrors, isApiError } from '#kinds/meta/errors.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { Callers, type Wish } from '#node/face/callers.ts';
import { drained } from '#wire/drained.ts';
import { type Listener, openListener, type Request, type Response } from '#wire/listener.ts';
import type { KeyPair } from '#wire/pki/issue.ts';
import { acceptChannels } from '#wire/streams/accept-channels.ts';
import { type ChannelProtocol, chooseProtocol } from '#wire/streams/channel-protocol.ts';
import { channelStreams } from '#wire/streams/channel-stream.ts';
import type { Upgrade } from '#wire/streams/upgrade.ts';

/** What the face shows of a node agent. */
export interface NodeView {
  readonly port: NodePort;
  /** The pods in its hands. */
  pods(): readonly Pod[];
}

export interface NodeFaceOptions {
  /** The node's name. */
  readonly name: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly certificate: KeyPair;
  /** PEM certificates that callers' certificates are checked against. */
  readonly authority: string;
  /** Undefined while the agent is being made. */
  readonly node: () => NodeView | undefined;
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A node's own HTTPS port, shaped like the kubelet's (spec: node-agent.md section 28), for API servers that do not live in the
 *  same process. Throws when the port is taken. */
export function openNodeFace(options: NodeFaceOptions): Promise<Listener> {
  const { host, port, certificate, authority } = options;
  const face = new NodeFace(options);
  return openListener({
    host,
    port,
    server: certificate,
    clientAuthority: authority,
    onRequest: (request, response) => face.handle(request, response),
    upgrades: {
      paths: /^\/(exec|attach|portForward)\//,
      onUpgrade: (upgrade, response) => face.handle(upgrade.request, response, upgrade),
    },
  });
}

/** One request on its way to its answer. */
interface Visit {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  readonly upgrade: Upgrade | undefined;
}

const verbs: { readonly [method: string]: string } = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const commandPath = /^\/(exec|attach)\/([^/]+)\/([^/]+)(?:\/[^/]+)?\/([^/]+)$/;
const volumePath = /^\/volumes\/([^/]+)$/;
const portsPath = /^\/portForward\/([^/]+)\/([^/]+)(?:\/[^/]+)?$/;
const logsPath = /^\/containerLogs\/([^/]+)\/([^/]+)\/([^/]+)$/;

class NodeFace {
  private readonly options: NodeFaceOptions;
  private readonly callers: Callers;

  constructor(options: NodeFaceOptions) {
    this.options = options;
    this.callers = new Callers(options);
  }

  handle(request: Request, response: Response, upgrade?: Upgrade): void {
    this.serve(request, response, upgrade).catch((error: unknown) => this.fail(response, error));
  }

  private async serve(request: Request, response: Response, upgrade: Upgrade | undefined): Promise<void> {
    const method = request.method ?? '';
    const url = request.url ?? '/';
    if (!URL.canParse(url, 'https://node')) throw apiErrors.badRequest('the path makes no sense');
    const { pathname, searchParams } = new URL(url, 'https://node');
    const path = decoded(pathname);
    await this.callers.require(request, wishOf(method, path));
    if (method === 'DELETE' && volumePath.test(path)) return this.removeVolume(path, response);
    if (method !== 'GET') throw apiErrors.methodNotAllowed();
    const abort = new AbortController();
    response.on('close', () => abort.abort(new Error('the caller has gone away')));
    return this.answer({ path, query: searchParams, response, signal: abort.signal, upgrade });
  }

  private async answer(visit: Visit): Promise<void> {
    const { path, response } = visit;
    if (/^\/healthz(\/(ping|log|syncloop))?$/.test(path)) return void response.end('ok');
    if (/^\/pods\/?$/.test(path)) return this.pods(response);
    if (commandPath.test(path)) return this.command(visit);
    if (portsPath.test(path)) return this.connection(visit);
    const [, namespace, pod, container] = logsPath.exec(path) ?? [];
    if (namespace === undefined || pod === undefined || container === undefined) throw notFound('404 page not found');
    return this.logs(visit, this.podOf(namespace, pod), container);
  }

  private pods(response: ServerResponse): void {
    const items = this.options.node()?.pods() ?? [];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items }));
  }

  private podOf(namespace: string, name: string): Pod {
    const found = this.options
      .node()
      ?.pods()
      .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    if (found === undefined) throw notFound(`pod "${name}" in namespace "${namespace}" does not exist on this node`);
    return found;
  }

  private async logs({ query, response, signal }: Visit, pod: Pod, container: string): Promise<void> {
    const bytes = this.readyPort().logs(pod, container, readLogQuery(query, this.options.clock.now()), signal);
    const head = (): void => {
      if (response.headersSent) return;
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.flushHeaders();
    };
    // A fault is found before the first byte; whoever follows an empty log still wants to know that it is there.
    const timer = this.options.clock.after(faultMs, head, { background: true });
    try {
      for await (const chunk of bytes) {
        head();
        if (!response.write(chunk)) await drained(response, signal);
        if (signal.aborted) return;
      }
      head();
      response.end();
    } finally {
      timer.cancel();
    }
  }

  private async command({ path, query, upgrade }: Visit): Promise<void> {
    const [, what, namespace = '', name = '', container = ''] = commandPath.exec(path) ?? [];
    const request = readCommandQuery(query);
    const pod = this.podOf(namespace, name);
    const port = this.readyPort();
    const protocol = channelProtocol(upgrade);
    if (upgrade === undefined || protocol === undefined) throw apiErrors.badRequest('Upgrade request required');
    const channels = await acceptChannels(upgrade, protocol, this.options.clock);
    await serveCommand(channels, request, () =>
      what === 'exec' ? port.exec(pod, container, request) : port.attach(pod, container, request),
    );
  }

  private async removeVolume(path: string, response: ServerResponse): Promise<void> {
    const [, name = ''] = volumePath.exec(path) ?? [];
    await this.readyPort().removeVolume(name);
    response.end();
  }

  /** One connection to a port of a pod, on the first channel. That nobody listens there is told before the upgrade. */
  private async connection({ path, query, upgrade }: Visit): Promise<void> {
    const [, namespace = '', name = ''] = portsPath.exec(path) ?? [];
    const pod = this.podOf(namespace, name);
    const port = this.readyPort();
    const protocol = channelProtocol(upgrade);
    if (upgrade === undefined || protocol === undefined) throw apiErrors.badRequest('Upgrade request required');
    const connection = await port.dial(pod, portIn(query));
    try {
      const [stream] = channelStreams(await acceptChannels(upgrade, protocol, this.options.clock), [0]);
      await joinStreams(present(stream, 'the stream of the connection'), connection);
    } catch {
      // One end has gone, and with it the other.
      connection.destroy();
    }
  }

  private readyPort(): NodePort {
    const port = this.options.node()?.port;
    if (port === undefined) throw apiErrors.unavailable('the node is starting');
    return port;
  }

  private fail(response: Response, error: unknown): void {
    if (response.destroyed) return;
    if (!isApiError(error)) this.options.log.error('The node could not answer a request', { error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const refusal: ApiError = isApiError(error) ? error : apiErrors.internal('the log of the node tells more');
    response.writeHead(refusal.code, { 'content-type': 'application/json' });
    response.end(JSON.stringify(refusal.status()));
  }
}

const faultMs = 50;

/** Between our own programs only WebSockets are spoken. */
function channelProtocol(upgrade: Upgrade | undefined): ChannelProtocol | undefined {
  if (upgrade?.to !== 'websocket') return undefined;
  return chooseProtocol(upgrade.request.headers['sec-websocket-protocol'] ?? '');
}

function portIn(query: URLSearchParams): number {
  const text = query.get('port') ?? '';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port === 0 || port > 65_535) throw apiErrors.badRequest(`query parameter "port" must be a port, not "${text}"`);
  return port;
}

function wishOf(method: string, path: string): Wish {
  // To run something is more than to look, whatever method a WebSocket begins with.
  const verb = commandPath.test(path) || portsPath.test(path) ? 'create' : (verbs[method] ?? method.toLowerCase());
  if (path === '/healthz' || path.startsWith('/healthz/')) return { verb, subresources: ['healthz', 'proxy'] };
  if (/^\/pods\/?$/.test(path)) return { verb, subresources: ['pods', 'proxy'] };
  return { verb, subresources: ['proxy'] };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw apiErrors.badRequest('the path is not valid percent-encoding');
  }
}

function notFound(message: string): ApiError {
  return new ApiError({ code: 404, reason: 'NotFound', message });
}
