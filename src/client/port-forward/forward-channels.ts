import { present } from '#base/assert.ts';
import { forwardPort, type PortForwardTarget } from '#client/port-forward/forward-port.ts';
import type { ChannelSocket } from '#wire/streams/channel-socket.ts';
import { channelStreams } from '#wire/streams/channel-stream.ts';

/** Serves one connection for each of `ports`, begun at once: two channels each, for the data and for what is wrong. The first
 *  message on each tells its port (spec: api.md section 19.6). */
export function forwardChannels(channels: ChannelSocket, target: PortForwardTarget, ports: readonly number[]): void {
  const streams = channelStreams(
    channels,
    [...ports, ...ports].map((_, number) => number),
  );
  for (const [index, port] of ports.entries()) {
    const data = present(streams[2 * index], 'the stream of the data');
    const error = present(streams[2 * index + 1], 'the stream of the errors');
    const name = Buffer.alloc(2);
    name.writeUInt16LE(port);
    data.write(name);
    error.write(name);
    error.resume();
    void forwardPort(target, port, data, error);
  }
}
