import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { tunnelProtocol } from '#wire/streams/accept-tunnel.ts';
import { type ChannelProtocol, chooseProtocol } from '#wire/streams/channel-protocol.ts';
import {
  chooseSpdyProtocol,
  commandProtocols,
  portForwardProtocols,
  type SpdyProtocol,
} from '#wire/streams/spdy-protocol.ts';
import type { Upgrade } from '#wire/streams/upgrade.ts';

/** How a client wants to speak. */
export type Dialect =
  | { readonly is: 'channels' | 'port-channels'; readonly protocol: ChannelProtocol }
  | { readonly is: 'streams'; readonly protocol: SpdyProtocol }
  /** SPDY in a WebSocket. */
  | { readonly is: 'tunnel' };

/** Undefined when the client offers only what we do not speak. */
export function chooseDialect(upgrade: Upgrade, forPorts: boolean): Dialect | undefined {
  const { to, request } = upgrade;
  if (to === 'spdy') {
    const protocol = chooseSpdyProtocol(offeredVersions(upgrade), ourVersions(forPorts));
    return protocol && { is: 'streams', protocol };
  }
  const offer = request.headers['sec-websocket-protocol'] ?? '';
  if (!forPorts) {
    const protocol = chooseProtocol(offer);
    return protocol && { is: 'channels', protocol };
  }
  if (offer.split(',').some((name) => name.trim() === tunnelProtocol)) return { is: 'tunnel' };
  const protocol = chooseProtocol(offer, portProtocols);
  return protocol && { is: 'port-channels', protocol };
}

/** What a client is told that speaks SPDY, but none of our versions of what goes over it. */
export function noCommonVersion(upgrade: Upgrade, forPorts: boolean): ApiError {
  const offer = offeredVersions(upgrade);
  if (offer === '') return apiErrors.badRequest('unable to upgrade: X-Stream-Protocol-Version is required');
  const theirs = offer.split(',').map((name) => name.trim());
  const ours = ourVersions(forPorts).map(({ name }) => name);
  const why = `client supports [${theirs.join(' ')}], server accepts [${ours.join(' ')}]`;
  return new ApiError({ code: 403, message: `unable to upgrade: unable to negotiate protocol: ${why}` });
}

function offeredVersions({ request }: Upgrade): string {
  return String(request.headers['x-stream-protocol-version'] ?? '');
}

function ourVersions(forPorts: boolean): readonly SpdyProtocol[] {
  return forPorts ? portForwardProtocols : commandProtocols;
}

/** Connections to ports have no newer channels, whatever else is offered (spec: api.md section 19.6). */
const portProtocols = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'];

/** The ports in a query; several may stand in one value. Throws BadRequest for none, and for what is none. */
export function requestedPorts(query: URLSearchParams): readonly number[] {
  const texts = query.getAll('ports').flatMap((value) => value.split(','));
  if (texts.length === 0) throw apiErrors.badRequest('query parameter "ports" is required');
  if (texts.length > portsMax) throw apiErrors.badRequest(`no more than ${portsMax} ports can be forwarded at once`);
  return texts.map((text) => {
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (!(port <= 65_535)) throw apiErrors.badRequest(`unable to parse "${text}" as a port`);
    if (port < 1) throw apiErrors.badRequest(`port "${text}" must be > 0`);
    return port;
  });
}

/** Channels are numbered by one byte, the last of which has another meaning. */
const portsMax = 127;
