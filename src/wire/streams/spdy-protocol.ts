import type { ChannelProtocol } from './channel-protocol.ts';

/** How the streams of a command are used over SPDY: what WebSockets say in their framing is said here by version. */
export interface SpdyProtocol extends Pick<ChannelProtocol, 'name' | 'status'> {
  /** A terminal has a stream for its size. */
  readonly resizes: boolean;
}

/** Latest first (spec: api.md section 19.5). */
export const commandProtocols: readonly SpdyProtocol[] = [
  { name: 'v4.channel.k8s.io', status: true, resizes: true },
  { name: 'v3.channel.k8s.io', status: false, resizes: true },
  { name: 'v2.channel.k8s.io', status: false, resizes: false },
  { name: 'channel.k8s.io', status: false, resizes: false },
];

export const portForwardProtocols: readonly SpdyProtocol[] = [
  { name: 'portforward.k8s.io', status: false, resizes: false },
];

/** The first of the client's protocols that is among ours; undefined when it offers only others. `offer` is the header
 *  X-Stream-Protocol-Version. */
export function chooseSpdyProtocol(offer: string, ours: readonly SpdyProtocol[]): SpdyProtocol | undefined {
  const offered = offer.split(',').map((name) => name.trim());
  return offered.map((name) => ours.find((known) => known.name === name)).find((known) => known !== undefined);
}
