import type { Api } from '#api/api.ts';
import type { Clock } from '#base/clock.ts';
import { type Counter, type Histogram, type Labels, MetricsRegistry } from '#base/metrics.ts';
import { addProcessMetrics } from '#base/process-metrics.ts';
import type { Exchange } from '#server/exchange.ts';
import type { ResourceInfo } from '#server/request-info.ts';
import type { Route } from '#server/routes.ts';

const requestLabels = ['verb', 'dry_run', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];

/** Upstream's, in seconds. */
const secondsBounds = [
  ...[0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60],
];

const verbNames: { readonly [verb: string]: string } = {
  get: 'GET',
  list: 'LIST',
  watch: 'WATCH',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETECOLLECTION',
};

type Lane = 'readOnly' | 'mutating' | 'long';

/** What the server tells of its requests, under upstream's names. Only what is served is counted: whoever asks for paths that nobody
 *  serves makes no series. */
export class RequestMetrics {
  private readonly registry: MetricsRegistry;
  private readonly clock: Clock;
  private readonly total: Counter;
  private readonly seconds: Histogram;
  private readonly underWay: { [lane in Lane]: number } = { readOnly: 0, mutating: 0, long: 0 };

  /** `registry` may hold what others tell. */
  constructor(api: Api, clock: Clock, registry = new MetricsRegistry()) {
    this.registry = registry;
    this.clock = clock;
    this.total = registry.counter(
      'apiserver_request_total',
      'Requests that were answered, by what was asked for and the code of the answer.',
      [...requestLabels, 'code'],
    );
    this.seconds = registry.histogram(
      'apiserver_request_duration_seconds',
      'How long requests took from their arrival to the end of their answer, in seconds.',
      secondsBounds,
      requestLabels,
    );
    registry.gauge('apiserver_current_inflight_requests', 'Requests under way.', ['request_kind'], () => [
      [['mutating'], this.underWay.mutating],
      [['readOnly'], this.underWay.readOnly],
    ]);
    registry.gauge('apiserver_longrunning_requests', 'Watches and streams that are open.', [], () => [
      [[], this.underWay.long],
    ]);
    registry.gauge('apiserver_storage_objects', 'Objects that are stored.', ['resource'], () =>
      [...api.objectCounts()].map(([resource, count]) => [[resource], count]),
    );
    addProcessMetrics(registry, clock);
  }

  /** Counts the request when its answer is over. */
  follow(exchange: Exchange, route: Route, info: ResourceInfo, isLong: boolean): void {
    const labels = labelsOf(exchange, route, info);
    const lane = isLong ? 'long' : ['get', 'list'].includes(info.verb) ? 'readOnly' : 'mutating';
    const began = this.clock.monotonic();
    this.underWay[lane] += 1;
    exchange.whenClosed(() => {
      this.underWay[lane] -= 1;
      this.total.add([...labels, exchange.upgraded ? '101' : String(exchange.response.statusCode)]);
      this.seconds.observe(labels, (this.clock.monotonic() - began) / 1000);
    });
  }

  /** `GET /metrics`, in version 0.0.4 of Prometheus' text format. */
  answer(exchange: Exchange): Promise<void> {
    return exchange.send(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }, this.registry.lines());
  }
}

function labelsOf(
  exchange: Exchange,
  { resource, subresource }: Route,
  { verb, name, namespace }: ResourceInfo,
): Labels {
  const connects = subresource?.connects === true || subresource?.proxies === true;
  const applies = verb === 'patch' && (exchange.header('content-type') ?? '').startsWith('application/apply-patch');
  const verbName = connects ? 'CONNECT' : applies ? 'APPLY' : (verbNames[verb] ?? '');
  const dryRun = exchange.query.has('dryRun') ? 'All' : '';
  const scope = name !== undefined ? 'resource' : namespace !== undefined ? 'namespace' : 'cluster';
  const { group, version, plural } = resource;
  return [verbName, dryRun, group, version, plural, subresource?.name ?? '', scope, 'apiserver'];
}
