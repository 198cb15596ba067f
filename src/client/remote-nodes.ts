import { present } from '#base/assert.ts';
import { errorOf } from '#client/answer-error.ts';
import type { Client } from '#client/client.ts';
import { commandQuery } from '#client/command-query.ts';
import { dialledCommand } from '#client/dialled-command.ts';
import { logQuery } from '#client/log-query.ts';
import type { LogOptions, NodePort } from '#client/node-port.ts';
import type { CommandRequest, RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import { type ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { createHttpClient, type Endpoint, type HttpAnswer, textOf } from '#wire/http-client.ts';
import { ChannelSocket } from '#wire/streams/channel-socket.ts';
import { channelStreams } from '#wire/streams/channel-stream.ts';
import { dialChannels } from '#wire/streams/dial-channels.ts';

export interface RemoteNodesOptions {
  readonly client: Client;
  /** Who we are, and whom we trust, now: certificates are renewed. */
  readonly credentials: () => Pick<Endpoint, 'authority' | 'certificate' | 'key'>;
}

/** Reaches nodes of other processes over HTTPS, at the address and port that their objects tell (spec: node-agent.md sections
 *  28 and 29). Each call has a connection of its own: logs are few, and a connection that streams is of no use to others. */
export function createRemoteNode(name: string, options: RemoteNodesOptions): NodePort {
  return {
    exec: (pod, container, request) => command(name, options, '/exec', pod, container, request),
    attach: (pod, container, request) => command(name, options, '/attach', pod, container, request),
    removeVolume: async (volume) => {
      const endpoint = await endpointOf(name, options);
      const http = createHttpClient(endpoint);
      try {
        const path = `/volumes/${encodeURIComponent(volume)}`;
        const answer = await http.send({ method: 'DELETE', path }).catch((error: Error): HttpAnswer => {
          throw unreachable(name, endpoint, error);
        });
        const text = await textOf(answer.body);
        if (answer.status !== 200) throw errorOf(answer, text);
      } finally {
        http.close();
      }
    },
    dial: async ({ metadata }, port) => {
      const path = `/portForward/${metadata.namespace}/${metadata.name}?port=${port}`;
      const [stream] = channelStreams(await open(name, options, path), [0]);
      return present(stream, 'the stream of the connection');
    },
    async *logs(pod: Pod, container: string, wanted: LogOptions, signal: AbortSignal): AsyncGenerator<Uint8Array> {
      const { namespace, name: podName } = pod.metadata;
      const endpoint = await endpointOf(name, options);
      const http = createHttpClient(endpoint);
      try {
        const path = `/containerLogs/${namespace}/${podName}/${container}?${logQuery(wanted)}`;
        const answer = await http.send({ method: 'GET', path, signal }).catch((error: Error): HttpAnswer => {
          throw unreachable(name, endpoint, error);
        });
        if (answer.status !== 200) throw errorOf(answer, await textOf(answer.body));
        yield* answer.body;
      } catch (error) {
        // Whoever asked has gone: nobody is left to be told.
        if (!signal.aborted) throw error;
      } finally {
        http.close();
      }
    },
  };
}

async function command(
  name: string,
  options: RemoteNodesOptions,
  root: string,
  pod: Pod,
  container: string,
  request: StreamRequest | CommandRequest,
): Promise<RemoteCommand> {
  const { namespace, name: podName } = pod.metadata;
  const path = `${root}/${namespace}/${podName}/${container}?${commandQuery(request)}`;
  return dialledCommand(await open(name, options, path), request, `the connection to node ${name} was lost`);
}

/** Throws what the node answers when it refuses. */
async function open(name: string, options: RemoteNodesOptions, path: string): Promise<ChannelSocket> {
  const endpoint = await endpointOf(name, options);
  const answer = await dialChannels(endpoint, path).catch((error: Error): never => {
    throw unreachable(name, endpoint, error);
  });
  if (answer instanceof ChannelSocket) return answer;
  const { statusCode = 0, headers } = answer;
  throw errorOf({ status: statusCode, headers, body: answer }, await textOf(answer));
}

function unreachable(name: string, { server }: Endpoint, { message }: Error): ApiError {
  return apiErrors.internal(`cannot reach node ${name} at ${server}: ${message}`);
}

async function endpointOf(name: string, { client, credentials }: RemoteNodesOptions): Promise<Endpoint> {
  const node = await client.get(nodes, { name });
  const port = node.status.daemonEndpoints?.kubeletEndpoint?.Port ?? 0;
  const address = addressOf(node);
  if (port === 0 || address === undefined) throw apiErrors.internal(`nobody answers for node ${name}`);
  const host = address.includes(':') ? `[${address}]` : address;
  // The certificate must be that of this very node, whatever address it has by now.
  return { ...credentials(), server: `https://${host}:${port}`, serverName: name };
}

/** Addresses come before names: those of a handful of machines are seldom in any name server. */
const preferred = ['InternalIP', 'ExternalIP', 'InternalDNS', 'ExternalDNS', 'Hostname'];

function addressOf({ status }: Node): string | undefined {
  const { addresses = [] } = status;
  const found = preferred.map((type) => addresses.find((one) => one.type === type));
  return found.find((one) => one !== undefined)?.address;
}
