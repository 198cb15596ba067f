import { requireCommand, requireStreams } from '#client/command-query.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ConnectRequest, PodConnection, RequestContext, Target } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { readObject } from '../read.ts';
import { admitConnection } from './admit-connection.ts';
import { chooseContainer } from './choose-container.ts';

/** Opens a stream into a pod (spec: api.md sections 19.4 to 19.6). Refuses for want of permission, of a pod, of a container, of a
 *  node, of a connection that may become a stream, in this order: clients that are refused one kind of connection try another, and
 *  are to hear the same. */
export async function connect(
  core: ApiCore,
  nodes: NodeDirectory,
  context: RequestContext,
  target: Target & { readonly name: string },
  asked: ConnectRequest,
): Promise<PodConnection> {
  const { resource, namespace, name, subresource } = target;
  const { group, plural } = resource;
  // To open a stream by GET, as WebSockets do, takes more than the right to look.
  await core.authorize(context, { verb: 'create', group, plural, namespace, name, subresource });
  const request = await admitted(core, context, target, asked);
  const pod = (await readObject(core.objects, target, undefined)) as Pod;
  const container = subresource === 'portforward' ? '' : chooseContainer(pod, request.container);
  const nodeName = pod.spec.nodeName ?? '';
  if (nodeName === '') throw apiErrors.badRequest(`pod ${name} does not have a host assigned`);
  requireStream(request, subresource ?? '');
  const node = nodes(nodeName);
  if (node === undefined) {
    throw apiErrors.internal(`Cannot reach pod ${name}: nobody answers for node ${nodeName}`);
  }
  if (subresource === 'portforward') return { is: 'ports', pod, dial: (port) => node.dial(pod, port) };
  const open = () =>
    subresource === 'exec' ? node.exec(pod, container, request) : node.attach(pod, container, request);
  return { is: 'command', open };
}

/** The request as admission lets it pass (core/v1 PodExecOptions, PodAttachOptions, PodPortForwardOptions). */
async function admitted(
  core: ApiCore,
  context: RequestContext,
  target: Target,
  { upgrade, command, container, stdin, stdout, stderr, tty }: ConnectRequest,
): Promise<ConnectRequest> {
  const streams = {
    ...(stdin ? { stdin } : {}),
    ...(stdout ? { stdout } : {}),
    ...(stderr ? { stderr } : {}),
    ...(tty ? { tty } : {}),
    ...(container === '' ? {} : { container }),
  };
  const shown = { exec: { ...streams, command }, attach: streams }[target.subresource ?? ''] ?? {};
  const options: Partial<ConnectRequest> = await admitConnection<Partial<ConnectRequest>>(core, context, target, shown);
  return {
    upgrade,
    command: options.command ?? [],
    container: options.container ?? '',
    stdin: options.stdin ?? false,
    stdout: options.stdout ?? false,
    stderr: options.stderr ?? false,
    tty: options.tty ?? false,
  };
}

function requireStream(request: ConnectRequest, subresource: string): void {
  if (request.upgrade === 'none') throw apiErrors.badRequest('Upgrade request required');
  if (subresource !== 'portforward') requireStreams(request);
  if (subresource === 'exec') requireCommand(request);
  if (request.upgrade === 'unknown') throw apiErrors.badRequest(spokenHere);
}

const spokenHere = 'Upgrade request required: the server speaks none of the protocols that the client offers';
