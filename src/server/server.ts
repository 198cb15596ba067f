import type { Api, Attributes, RequestContext } from '#api/api.ts';
import type { Auditor } from '#api/audit/auditor.ts';
import type { Clock } from '#base/clock.ts';
import { goDurationMs } from '#base/go-duration.ts';
import type { Logger } from '#base/log.ts';
import type { MetricsRegistry } from '#base/metrics.ts';
import type { Random, RandomStream } from '#base/random.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type ApiError, apiErrors, isApiError } from '#kinds/meta/errors.ts';
import { attemptedBy, auditedRequest } from '#server/audited-request.ts';
import type { Authenticator } from '#server/authenticate.ts';
import { DiscoveryHandler } from '#server/discovery-handler.ts';
import { Exchange } from '#server/exchange.ts';
import { answerHealth, type HealthCheck, healthPath } from '#server/health.ts';
import { impersonated } from '#server/impersonate.ts';
import { Impersonation } from '#server/impersonation-modes.ts';
import { InFlight } from '#server/in-flight.ts';
import { answerIssuer } from '#server/issuer-handler.ts';
import { selectedName } from '#server/list-options.ts';
import { plainJson } from '#server/negotiate.ts';
import { answerJoin, type NodeJoins } from '#server/node-join.ts';
import { OpenApiHandler } from '#server/openapi-handler.ts';
import { type RequestInfo, type ResourceInfo, requestInfo, splitUrl } from '#server/request-info.ts';
import { RequestMetrics } from '#server/request-metrics.ts';
import { ResourceHandler } from '#server/resource-handler.ts';
import { RouteTable } from '#server/routes.ts';
import { answerUnavailable } from '#server/unavailable.ts';
import { version } from '#server/version.ts';
import type { Request, Response, UpgradeTaker } from '#wire/listener.ts';
import type { Upgrade } from '#wire/streams/upgrade.ts';

export interface ServerDeps {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly authenticate: Authenticator;
  /** Writes down who did what; absent when nobody wants to know. */
  readonly auditor?: Auditor | undefined;
  /** What `/readyz` and its like ask besides the server itself. */
  readonly checks: readonly HealthCheck[];
  /** What `/metrics` tells beside what the server tells of itself. */
  readonly metrics?: MetricsRegistry;
  /** How machines become nodes; without it none can. */
  readonly joins?: NodeJoins;
}

/** The HTTP face of the API. */
export interface ApiServer {
  /** Answers one request, come what may; give it to the listener. */
  handle(request: Request, response: Response, upgrade?: Upgrade): void;
  /** Where there are WebSockets; give it to the listener too. */
  readonly upgrades: UpgradeTaker;
  /** Not ready any more: new requests are sent away, and watches and streams end cleanly. Requests under way go on. */
  drain(): void;
}

/** Requests that are not watches, logs or the like are given up after this long (spec: api.md section 1.4). */
const requestMsMax = 60_000;

/** Makes the server of an API; it answers what a listener hands it. */
export function createServer(deps: ServerDeps): ApiServer {
  return new Server(deps);
}

class Server implements ApiServer {
  private readonly deps: ServerDeps;
  private readonly ids: RandomStream;
  private readonly inFlight = new InFlight();
  private readonly impersonation = new Impersonation();
  private readonly discovery: DiscoveryHandler;
  private readonly openApi: OpenApiHandler;
  private readonly resources: ResourceHandler;
  private readonly metrics: RequestMetrics;
  private readonly checks: readonly HealthCheck[];
  private routes: { readonly of: readonly ResourceDefinition[]; readonly table: RouteTable } | undefined;
  private draining = false;
  readonly upgrades: UpgradeTaker = {
    paths:
      /\/pods\/[^/?]+\/(exec|attach|portforward|log)(\?|$)|\/(pods|services)\/[^/?]+\/proxy(\/|\?|$)|[?&]watch\b|\/watch\//,
    onUpgrade: (upgrade, response) => this.handle(upgrade.request, response, upgrade),
  };

  constructor(deps: ServerDeps) {
    this.deps = deps;
    this.ids = deps.random.stream('audit-ids');
    this.discovery = new DiscoveryHandler(deps.api);
    this.openApi = new OpenApiHandler(deps.api);
    this.metrics = new RequestMetrics(deps.api, deps.clock, deps.metrics);
    this.resources = new ResourceHandler({
      api: deps.api,
      clock: deps.clock,
      random: deps.random.stream('watch-ends'),
    });
    // The store is called what upstream's is called: scripts leave it out by name.
    const store = (): Promise<void> => deps.api.upToDate();
    const own: readonly HealthCheck[] = [
      { name: 'ping', of: 'all', check: () => {} },
      { name: 'log', of: 'all', check: () => {} },
      { name: 'etcd', of: 'all', check: store },
      { name: 'etcd-readiness', of: 'ready', check: store },
      { name: 'informer-sync', of: 'ready', check: store },
    ];
    const shutdown: HealthCheck = { name: 'shutdown', of: 'ready', check: () => this.refuseWhenDraining() };
    this.checks = [...own, ...deps.checks, shutdown];
  }

  handle(request: Request, response: Response, upgrade?: Upgrade): void {
    const url = splitUrl(request.url ?? '/');
    const query = url?.query ?? new URLSearchParams();
    const exchange = new Exchange(request, response, url?.path ?? '', query, () => this.ids.uuid());
    exchange.upgrade = upgrade;
    const answered = url === undefined ? exchange.text(400, '400 Bad Request') : this.serve(exchange);
    answered.catch((error: unknown) => this.fail(exchange, error));
  }

  drain(): void {
    this.draining = true;
    for (const watch of this.resources.watches) watch.end();
    for (const stream of this.resources.streams) stream.end();
  }

  /** The order of the steps is upstream's (spec: api.md section 1.2): who is not allowed learns nothing about what exists. */
  private async serve(exchange: Exchange): Promise<void> {
    const info = requestInfo(exchange.method, exchange.path, exchange.query);
    const attributes = attributesOf(info, exchange.query);
    await this.identify(exchange, info, attributes);
    await this.impersonate(exchange, attributes);
    const context = contextOf(exchange);
    if (this.draining && info.at === 'resource')
      return turnAway(exchange, 5, 'The apiserver is shutting down, please try again later.', true);
    const leave = this.enter(exchange, info);
    if (leave === undefined) return turnAway(exchange, 1, 'Too many requests, please try again later.', false);
    try {
      await this.deps.api.authorize(context, attributes);
      await this.withDeadline(exchange, info, context);
    } finally {
      leave();
    }
  }

  /** From here on the audit log knows of the request, also when it comes from nobody. */
  private async identify(exchange: Exchange, info: RequestInfo, attributes: Attributes): Promise<void> {
    const { auditor, authenticate } = this.deps;
    const audited = auditor && auditedRequest(exchange, info, attributes, isLongRunning(info));
    const noted: { [key: string]: string } = {};
    const annotate = (key: string, value: string): void => {
      noted[key] = value;
    };
    const warn = (text: string): void => void exchange.warnings.add(text);
    try {
      exchange.user = await authenticate(exchange.request, { annotate, warn });
    } catch (error) {
      if (audited !== undefined) auditor?.unauthenticated(audited, attemptedBy(exchange), noted);
      throw error;
    }
    if (audited !== undefined) exchange.audit = auditor?.begin(audited, exchange.user, noted);
  }

  private async impersonate(exchange: Exchange, attributes: Attributes): Promise<void> {
    const { api } = this.deps;
    const found = await impersonated(this.impersonation, api, contextOf(exchange), exchange.request, attributes);
    if (found === undefined) return;
    exchange.user = found.user;
    exchange.audit?.impersonates(found.user, found.constraint);
  }

  /** Watches and logs count while they begin only; health is never counted. */
  private enter(exchange: Exchange, info: RequestInfo): (() => void) | undefined {
    if (info.at === 'path') return () => {};
    return this.inFlight.enter(exchange.user, info);
  }

  private async withDeadline(exchange: Exchange, info: RequestInfo, context: RequestContext): Promise<void> {
    const asked = requestTimeout(exchange.query);
    if (isLongRunning(info)) return this.route(exchange, info, context);
    const expired = Promise.withResolvers<never>();
    const text = 'Timeout: request did not complete within the allotted timeout';
    const expire = (): void => expired.reject(apiErrors.timeout(text));
    const timer = this.deps.clock.after(Math.min(asked ?? requestMsMax, requestMsMax), expire, { background: true });
    try {
      await Promise.race([this.route(exchange, info, context), expired.promise]);
    } finally {
      timer.cancel();
    }
  }

  private async route(exchange: Exchange, info: RequestInfo, context: RequestContext): Promise<void> {
    if (info.at === 'path') return this.path(exchange, context);
    const routes = this.routeTable();
    if (!routes.hasVersion(info) && this.isRemote(info)) return answerUnavailable(exchange);
    const result = routes.find(info, exchange.method);
    if (result.found === 'nothing') return exchange.notFoundPath();
    this.metrics.follow(exchange, result.route, info, isLongRunning(info));
    return this.resources.handle({ exchange, context, route: result.route, info });
  }

  private isRemote({ group, version }: ResourceInfo): boolean {
    return this.deps.api.remote().some((one) => one.group === group && one.version === version);
  }

  private routeTable(): RouteTable {
    const { resources } = this.deps.api.served;
    if (this.routes?.of !== resources) this.routes = { of: resources, table: new RouteTable(resources) };
    return this.routes.table;
  }

  private async path(exchange: Exchange, context: RequestContext): Promise<void> {
    const health = healthPath(exchange.path);
    if (health !== undefined) return answerHealth(exchange, health.root, health.name, this.checks);
    if (/^\/version\/?$/.test(exchange.path)) {
      if (exchange.method !== 'GET') throw apiErrors.methodNotAllowed();
      return exchange.value(200, version, plainJson);
    }
    if (exchange.path === '/metrics') return this.metrics.answer(exchange);
    if (await this.discovery.handle(exchange)) return;
    if (await answerIssuer(exchange, this.deps.api)) return;
    if (await answerJoin(exchange, context, this.deps)) return;
    if (await this.openApi.handle(exchange, this.deps.clock.now())) return;
    return exchange.notFoundPath();
  }

  private refuseWhenDraining(): void {
    if (this.draining) throw new Error('the server is shutting down');
  }

  /** Every way out of an exception: an answer if there is still a head to write, and never the end of the process. */
  private fail(exchange: Exchange, error: unknown): void {
    if (exchange.closed) return;
    if (exchange.answered) {
      // That a client does not read its answer in time is no news.
      if (!isApiError(error)) this.logUnexpected(exchange, error, 'Cut an answer short');
      exchange.response.destroy();
      return;
    }
    exchange.fail(this.answerFor(exchange, error)).catch((second: unknown) => {
      this.logUnexpected(exchange, second, 'Could not answer');
      exchange.response.destroy();
    });
  }

  private answerFor(exchange: Exchange, error: unknown): ApiError {
    if (isApiError(error)) return error;
    // Nothing is stored before all of it was looked at.
    if (isStackOverflow(error)) return apiErrors.badRequest('the request is nested too deeply');
    this.logUnexpected(exchange, error, 'A request failed in an unexpected way');
    exchange.audit?.panicked(error);
    return apiErrors.internal(`unexpected failure; the server's log tells more under audit id ${exchange.auditId}`);
  }

  private logUnexpected(exchange: Exchange, error: unknown, what: string): void {
    const { auditId, method, path } = exchange;
    this.deps.log.error(what, { auditId, method, path, error });
  }
}

/** Of values that hold themselves again and again, such as schemas of schemas, some walks run out of stack before any limit of ours. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

function contextOf(exchange: Exchange): RequestContext {
  return {
    user: exchange.user,
    agent: (exchange.header('user-agent') ?? '').split('/')[0] ?? '',
    // A signal is made for those who look at it: most verbs do not.
    get signal() {
      return exchange.signal;
    },
    audit: exchange.audit,
    warn: (text) => exchange.warnings.add(text),
    ...(exchange.forPeople ? { note: (text: string) => exchange.warnings.add(text) } : {}),
  };
}

function attributesOf(info: RequestInfo, query: URLSearchParams): Attributes {
  if (info.at === 'path') return { verb: info.verb, path: info.path };
  const { verb, group, plural, namespace, subresource } = info;
  const selects = verb === 'list' || verb === 'watch' || verb === 'deletecollection';
  const name = info.name ?? (selects ? selectedName(query) : undefined);
  const fieldSelector = selects ? (query.get('fieldSelector') ?? undefined) : undefined;
  return { verb, group, plural, namespace, name, subresource, fieldSelector };
}

function isLongRunning(info: RequestInfo): boolean {
  return info.at === 'resource' && (info.verb === 'watch' || isStream(info));
}

function isStream(info: ResourceInfo): boolean {
  return ['log', 'exec', 'attach', 'portforward', 'proxy'].includes(info.subresource ?? '');
}

/** The `timeout` parameter in milliseconds. */
function requestTimeout(query: URLSearchParams): number | undefined {
  const text = query.get('timeout');
  if (text === null || text === '') return undefined;
  const ms = goDurationMs(text);
  if (ms !== undefined) return ms > 0 ? ms : undefined;
  const why = `time: invalid duration ${JSON.stringify(text)}`;
  throw apiErrors.badRequest(`invalid timeout specified in the request URL - ${why}`);
}

/** `close` also ends an HTTP/1.1 connection; HTTP/2 has no header for that, its sessions end by themselves. */
function turnAway(exchange: Exchange, seconds: number, text: string, close: boolean): Promise<void> {
  const closing = close && exchange.request.httpVersionMajor === 1 ? { connection: 'close' } : {};
  return exchange.text(429, text, { 'retry-after': String(seconds), ...closing });
}
