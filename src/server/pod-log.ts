import type { Api, RequestContext } from '#api/api.ts';
import { type Clock, sleep } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { LogOptions, NodeDirectory } from '#client/node-port.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Exchange } from '#server/exchange.ts';
import { wholeNumber } from '#server/query-number.ts';
import { flag, type ResourceInfo } from '#server/request-info.ts';
import type { Route } from '#server/routes.ts';

export interface PodLogDeps {
  readonly api: Api;
  readonly clock: Clock;
  readonly nodes: NodeDirectory;
  readonly log: Logger;
}

/** A node that finds fault with a request says so within this time; after it the client gets the head of its answer. */
const faultMs = 100;

/** Answers `GET …/pods/{name}/log` with the bytes of the log as the node sends them (spec: api.md section 19.3). */
export async function answerLog(
  exchange: Exchange,
  context: RequestContext,
  route: Route,
  info: ResourceInfo,
  deps: PodLogDeps,
): Promise<void> {
  const options = logOptions(exchange.query, info.name ?? '', deps.clock.now());
  const target = { resource: route.resource, namespace: info.namespace, name: info.name };
  const pod = (await deps.api.get(context, target, {})) as unknown as Pod;
  const container = containerOf(pod, exchange.query.get('container') ?? '');
  const nodeName = pod.spec.nodeName ?? '';
  if (nodeName === '') return exchange.send(204, {}, []);
  const node = deps.nodes(nodeName);
  if (node === undefined)
    throw apiErrors.internal(`node ${JSON.stringify(nodeName)}, which runs the pod, does not answer`);
  const bytes = node.logs(pod, container, options, exchange.signal)[Symbol.asyncIterator]();
  const first = bytes.next();
  await Promise.race([first, sleep(deps.clock, faultMs, exchange.signal)]);
  exchange.head(200, { 'content-type': 'text/plain' });
  exchange.response.flushHeaders();
  await pour(exchange, first, bytes);
}

async function pour(
  exchange: Exchange,
  first: Promise<IteratorResult<Uint8Array>>,
  bytes: AsyncIterator<Uint8Array>,
): Promise<void> {
  try {
    for (let next = await first; !next.done && !exchange.signal.aborted; next = await bytes.next()) {
      if (!exchange.response.write(next.value)) await drained(exchange);
    }
    exchange.response.end();
  } finally {
    await bytes.return?.();
  }
}

/** Resolves when the client has taken what was written, or has gone. */
function drained(exchange: Exchange): Promise<void> {
  return new Promise((resolve) => {
    exchange.response.once('drain', resolve);
    exchange.signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function logOptions(query: URLSearchParams, podName: string, now: number): LogOptions {
  const tailLines = wholeNumber(query, 'tailLines');
  const limitBytes = wholeNumber(query, 'limitBytes');
  const sinceSeconds = wholeNumber(query, 'sinceSeconds');
  const sinceTime = query.get('sinceTime') ?? '';
  const stream = query.get('stream') ?? 'All';
  const problems = [
    ...below(tailLines, 0, 'tailLines', 'must be greater than or equal to 0'),
    ...below(limitBytes, 1, 'limitBytes', 'must be greater than 0'),
    ...below(sinceSeconds, 1, 'sinceSeconds', 'must be greater than 0'),
    ...streamProblems(stream, tailLines),
  ];
  if (sinceSeconds !== undefined && sinceTime !== '') {
    problems.push(fieldError.forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  }
  if (problems.length > 0) throw apiErrors.invalid({ group: '', kind: 'PodLogOptions' }, podName, problems);
  const since = sinceTime === '' ? sinceSeconds && now - sinceSeconds * 1000 : timeOf(sinceTime);
  return {
    follow: flag(query, 'follow') ?? false,
    previous: flag(query, 'previous') ?? false,
    timestamps: flag(query, 'timestamps') ?? false,
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(since === undefined ? {} : { since }),
    stream: stream as LogOptions['stream'],
  };
}

function below(value: number | undefined, least: number, field: string, why: string): FieldError[] {
  return value !== undefined && value < least ? [fieldError.invalid(field, value, why)] : [];
}

function streamProblems(stream: string, tailLines: number | undefined): readonly FieldError[] {
  const known = ['All', 'Stdout', 'Stderr'];
  if (!known.includes(stream)) return [fieldError.notSupported('stream', stream, known)];
  if (stream === 'All' || tailLines === undefined) return [];
  return [fieldError.forbidden('', '`tailLines` and specific `stream` are mutually exclusive for now')];
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time) && /^\d{4}-\d\d-\d\dT/.test(text)) return time;
  throw apiErrors.badRequest(
    `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
  );
}

/** The container that was named, or the only one there is. */
function containerOf(pod: Pod, asked: string): string {
  const names = (list: readonly { readonly name: string }[] | undefined): readonly string[] =>
    (list ?? []).map(({ name }) => name);
  const { containers, initContainers, ephemeralContainers } = pod.spec;
  const [regular, init, ephemeral] = [names(containers), names(initContainers), names(ephemeralContainers)];
  const podName = pod.metadata.name;
  if (asked !== '') {
    if ([...regular, ...init, ...ephemeral].includes(asked)) return asked;
    throw apiErrors.badRequest(`container ${asked} is not valid for pod ${podName}`);
  }
  const [only] = regular;
  if (only !== undefined && regular.length === 1) return only;
  const choices = `a container name must be specified for pod ${podName}, choose one of: [${regular.join(' ')}]`;
  const more = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`;
  const debug = ephemeral.length === 0 ? '' : ` or one of the debug containers: [${ephemeral.join(' ')}]`;
  throw apiErrors.badRequest(choices + more + debug);
}
