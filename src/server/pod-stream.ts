import type { Api, ConnectRequest, PodConnection, RequestContext, Target } from '#api/api.ts';
import type { Clock } from '#base/clock.ts';
import { forwardChannels } from '#client/port-forward/forward-channels.ts';
import { forwardStreams } from '#client/port-forward/forward-streams.ts';
import { serveCommand } from '#client/serve-command.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Exchange } from '#server/exchange.ts';
import { flag } from '#server/request-info.ts';
import { chooseDialect, type Dialect, noCommonVersion, requestedPorts } from '#server/stream-dialect.ts';
import { acceptChannels } from '#wire/streams/accept-channels.ts';
import { acceptSpdy } from '#wire/streams/accept-spdy.ts';
import { acceptTunnel } from '#wire/streams/accept-tunnel.ts';
import { type ChannelName, openSpdyChannels } from '#wire/streams/spdy-channels.ts';
import type { Upgrade } from '#wire/streams/upgrade.ts';

export interface PodStreamDeps {
  readonly api: Api;
  readonly clock: Clock;
}

/** A stream into a pod that goes on by itself. */
export interface PodStream {
  /** Cuts it. */
  end(): void;
}

/** Answers exec, attach and portforward (spec: api.md sections 19.4 to 19.6): with 101 and a stream, or by throwing what is wrong.
 *  What the node finds wrong is told in the stream, as upstream does: a client would only ask again for what is begun by then. */
export async function openStream(
  exchange: Exchange,
  context: RequestContext,
  target: Target,
  { api, clock }: PodStreamDeps,
): Promise<PodStream> {
  const { upgrade, query } = exchange;
  if (query.has('dryRun')) throw apiErrors.badRequest('dryRun is not supported');
  const forPorts = target.subresource === 'portforward';
  const dialect = upgrade && chooseDialect(upgrade, forPorts);
  const request = connectRequest(exchange, dialect);
  const connection = await api.connect(context, target, request);
  if (upgrade === undefined) throw new Error('a stream was granted to a client that has none');
  if (dialect === undefined) throw noCommonVersion(upgrade, forPorts);
  const ports = dialect.is === 'port-channels' ? requestedPorts(query) : [];
  exchange.audit?.started(101);
  exchange.upgraded = true;
  if (connection.is === 'command') return serve(upgrade, dialect, connection, request, clock);
  return forward(upgrade, dialect, connection, ports, clock);
}

async function serve(
  upgrade: Upgrade,
  dialect: Dialect,
  connection: PodConnection & { readonly is: 'command' },
  request: ConnectRequest,
  clock: Clock,
): Promise<PodStream> {
  if (dialect.is === 'channels') {
    const channels = await acceptChannels(upgrade, dialect.protocol, clock);
    void serveCommand(channels, request, connection.open);
    return { end: () => channels.cut() };
  }
  if (dialect.is !== 'streams') throw new Error(`a command cannot be served by ${dialect.is}`);
  const carrier = acceptSpdy(upgrade, dialect.protocol.name);
  const opening = openSpdyChannels(carrier, dialect.protocol, wantedStreams(request, dialect.protocol.resizes), clock);
  // A client that opens no streams has nothing to be told in: it is cut off.
  void opening.then((channels) => serveCommand(channels, request, connection.open)).catch(() => {});
  return { end: () => carrier.destroy() };
}

async function forward(
  upgrade: Upgrade,
  dialect: Dialect,
  target: PodConnection & { readonly is: 'ports' },
  ports: readonly number[],
  clock: Clock,
): Promise<PodStream> {
  if (dialect.is === 'port-channels') {
    const channels = await acceptChannels(upgrade, dialect.protocol, clock);
    forwardChannels(channels, target, ports);
    return { end: () => channels.cut() };
  }
  const carrier = dialect.is === 'tunnel' ? await acceptTunnel(upgrade) : acceptSpdy(upgrade, dialect.protocol.name);
  const session = forwardStreams(carrier, target, clock);
  return { end: () => session.cut() };
}

/** The streams that a client opens for what it asks. */
function wantedStreams({ stdin, stdout, stderr, tty }: ConnectRequest, resizes: boolean): readonly ChannelName[] {
  const wanted = { error: true, stdin, stdout, stderr: stderr && !tty, resize: tty && resizes } as const;
  return (Object.keys(wanted) as ChannelName[]).filter((name) => wanted[name]);
}

/** Clients send every flag, also false ones. */
function connectRequest(exchange: Exchange, dialect: Dialect | undefined): ConnectRequest {
  const { query } = exchange;
  const wantsUpgrade = exchange.header('upgrade') !== undefined;
  return {
    container: query.get('container') ?? '',
    command: query.getAll('command'),
    stdin: flag(query, 'stdin') ?? false,
    stdout: flag(query, 'stdout') ?? false,
    stderr: flag(query, 'stderr') ?? false,
    tty: flag(query, 'tty') ?? false,
    upgrade: dialect !== undefined || exchange.upgrade?.to === 'spdy' ? 'stream' : wantsUpgrade ? 'unknown' : 'none',
  };
}
