import type { NodeDirectory } from '#client/node-port.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Destination, RequestContext, Target } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { readObject } from '../read.ts';
import { admitConnection } from './admit-connection.ts';
import { mayReach } from './reachable.ts';
import { type Backend, serviceBackend } from './service-backend.ts';

/** What stands in the place of a name: `[scheme:]name[:port]`, as in `https:web:8443`. */
interface Reference {
  readonly scheme: Destination['scheme'];
  readonly name: string;
  /** Empty when none is given. */
  readonly port: string;
}

/** Finds where a pod, or one of the ready pods of a service, listens (spec: api.md section 4, `proxy`). Throws BadRequest for a
 *  name that makes no sense or an address that may not be reached, NotFound, or ServiceUnavailable when nobody is there. */
export async function locate(
  core: ApiCore,
  directory: NodeDirectory,
  context: RequestContext,
  target: Target & { readonly name: string },
  path: string,
): Promise<Destination> {
  await admitConnection(core, context, target, path === '' ? {} : { path });
  const { resource, namespace, name: text } = target;
  const noun = resource.singular;
  const reference = readReference(text);
  if (reference === undefined) throw apiErrors.badRequest(`invalid ${noun} request ${JSON.stringify(text)}`);
  const { name } = reference;
  if (noun === 'pod') {
    const pod = (await readObject(core.objects, { resource, namespace, name }, undefined)) as Pod;
    return destination(directory, reference.scheme, podBackend(core, pod, reference));
  }
  return destination(directory, reference.scheme, await serviceBackend(core, target, reference));
}

/** Where a pod listens, and the way there through its node. */
export function destination(
  directory: NodeDirectory,
  scheme: Destination['scheme'],
  { pod, port }: Backend,
): Destination {
  const { nodeName = '' } = pod.spec;
  const dial: Destination['dial'] = async () => {
    const node = directory(nodeName);
    if (node === undefined) throw new Error(`nobody answers for node ${nodeName}`);
    return node.dial(pod, port);
  };
  return { scheme, host: pod.status.podIP ?? '', port, dial };
}

/** Undefined for what is none. */
function readReference(text: string): Reference | undefined {
  const parts = text.split(':');
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme)) return undefined;
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port };
}

function podBackend(core: ApiCore, pod: Pod, { scheme, port }: Reference): Backend {
  if (!mayReach(core, pod)) throw apiErrors.badRequest('address not allowed');
  const first = pod.spec.containers.find(({ ports = [] }) => ports.length > 0)?.ports?.[0]?.containerPort;
  const number = port === '' ? (first ?? (scheme === 'https' ? 443 : 80)) : portNumber(port);
  return { pod, port: number };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  const why = /^\d+$/.test(text) ? `address ${text}: invalid port` : `lookup tcp/${text}: unknown port`;
  throw apiErrors.unavailable(`error trying to reach service: dial tcp: ${why}`);
}
