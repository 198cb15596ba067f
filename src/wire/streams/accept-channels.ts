import type { Clock } from '#base/clock.ts';
import type { ChannelProtocol } from './channel-protocol.ts';
import { ChannelSocket } from './channel-socket.ts';
import { openWebSocket } from './open-web-socket.ts';
import type { Upgrade } from './upgrade.ts';

/** Answers 101. The request must have offered the protocol. */
export async function acceptChannels(
  upgrade: Upgrade,
  protocol: ChannelProtocol,
  clock: Clock,
): Promise<ChannelSocket> {
  return new ChannelSocket(await openWebSocket(upgrade, protocol.name), protocol, clock);
}
