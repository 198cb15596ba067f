import type { Api, ConnectRequest, RequestContext, Target } from '#api/api.ts';
import type { Clock } from '#base/clock.ts';
import { serveCommand } from '#client/serve-command.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Exchange } from '#server/exchange.ts';
import { flag } from '#server/request-info.ts';
import { acceptChannels } from '#wire/streams/accept-channels.ts';
import { type ChannelProtocol, chooseProtocol } from '#wire/streams/channel-protocol.ts';

export interface PodStreamDeps {
  readonly api: Api;
  readonly clock: Clock;
}

/** A stream into a pod that goes on by itself. */
export interface PodStream {
  /** Cuts it. */
  end(): void;
}

/** Answers exec and attach (spec: api.md section 19.4): with 101 and a stream, or by throwing what is wrong. What the node finds wrong
 *  is told in the stream, as upstream does: a client would only ask again for what is begun by then. */
export async function openStream(
  exchange: Exchange,
  context: RequestContext,
  target: Target,
  { api, clock }: PodStreamDeps,
): Promise<PodStream> {
  const { upgrade, query } = exchange;
  if (query.has('dryRun')) throw apiErrors.badRequest('dryRun is not supported');
  const protocol = upgrade && chooseProtocol(exchange.header('sec-websocket-protocol') ?? '');
  const request = connectRequest(exchange, protocol);
  const open = await api.connect(context, target, request);
  if (upgrade === undefined || protocol === undefined)
    throw new Error('a stream was granted to a client that has none');
  exchange.audit?.started(101);
  exchange.upgraded = true;
  const channels = await acceptChannels(upgrade, protocol, clock);
  void serveCommand(channels, request, open);
  return { end: () => channels.cut() };
}

/** Clients send every flag, also false ones. */
function connectRequest(exchange: Exchange, protocol: ChannelProtocol | undefined): ConnectRequest {
  const { query } = exchange;
  const wantsUpgrade = exchange.header('upgrade') !== undefined;
  return {
    container: query.get('container') ?? '',
    command: query.getAll('command'),
    stdin: flag(query, 'stdin') ?? false,
    stdout: flag(query, 'stdout') ?? false,
    stderr: flag(query, 'stderr') ?? false,
    tty: flag(query, 'tty') ?? false,
    upgrade: protocol !== undefined ? 'websocket' : wantsUpgrade ? 'unknown' : 'none',
  };
}
