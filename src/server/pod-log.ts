import type { Api, LogRequest, RequestContext, Target } from '#api/api.ts';
import { type Clock, sleep } from '#base/clock.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { canonicalTimeText, TimeError } from '#schema/time.ts';
import type { Exchange } from '#server/exchange.ts';
import { answerLogOutput, type LogOutput, webSocketLogOutput } from '#server/log-output.ts';
import { wholeNumber } from '#server/query-number.ts';
import { flag } from '#server/request-info.ts';

export interface PodLogDeps {
  readonly api: Api;
  readonly clock: Clock;
}

/** A node that finds fault with a request says so within this time; after it the client gets the head of its answer. */
const faultMs = 100;

/** Answers `GET …/pods/{name}/log` with the bytes of the log as the node sends them (spec: api.md section 19.3), over a
 *  WebSocket where the client opens one. */
export async function answerLog(
  exchange: Exchange,
  context: RequestContext,
  target: Target,
  { api, clock }: PodLogDeps,
): Promise<void> {
  const log = await api.log(context, target, logRequest(exchange.query), exchange.signal);
  if (log === undefined) return exchange.send(204, {}, []);
  const bytes = log[Symbol.asyncIterator]();
  const first = bytes.next();
  await Promise.race([first, sleep(clock, faultMs, exchange.signal, { background: true })]);
  const { upgrade } = exchange;
  const output = upgrade?.to === 'websocket' ? await webSocketLogOutput(exchange, upgrade) : answerLogOutput(exchange);
  await pour(exchange, output, first, bytes);
}

async function pour(
  exchange: Exchange,
  output: LogOutput,
  first: Promise<IteratorResult<Uint8Array>>,
  bytes: AsyncIterator<Uint8Array>,
): Promise<void> {
  try {
    for (let next = await first; !next.done && !exchange.signal.aborted; next = await bytes.next()) {
      await output.write(next.value);
    }
    output.end();
  } finally {
    await bytes.return?.();
  }
}

/** What the query asks for; clients send every boolean, also false ones. */
function logRequest(query: URLSearchParams): LogRequest {
  return {
    container: query.get('container') ?? undefined,
    follow: flag(query, 'follow') ?? false,
    previous: flag(query, 'previous') ?? false,
    timestamps: flag(query, 'timestamps') ?? false,
    sinceSeconds: wholeNumber(query, 'sinceSeconds'),
    sinceTime: time(query, 'sinceTime'),
    tailLines: wholeNumber(query, 'tailLines'),
    limitBytes: wholeNumber(query, 'limitBytes'),
    stream: query.get('stream') ?? undefined,
  };
}

/** A time in the query, checked; what is wrong with it is told in the words of Go. */
function time(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null || text === '' || text === 'null') return undefined;
  try {
    canonicalTimeText(text, 'time');
    return text;
  } catch (error) {
    if (error instanceof TimeError) throw apiErrors.badRequest(error.message);
    throw error;
  }
}
