import type { NodeDirectory } from '#client/node-port.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { ipBytes } from '#kinds/meta/special-addresses.ts';
import { nodes } from '#kinds/node/node.ts';
import { isPodReady, isTerminalPhase } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Service, ServicePort } from '#kinds/service/schema.ts';
import type { Destination, Target } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { readObject } from '../read.ts';

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
  target: Target & { readonly name: string },
): Promise<Destination> {
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

/** Where a pod listens. */
interface Backend {
  readonly pod: Pod;
  readonly port: number;
}

function destination(directory: NodeDirectory, scheme: Destination['scheme'], { pod, port }: Backend): Destination {
  const { nodeName = '' } = pod.spec;
  const dial: Destination['dial'] = async () => {
    const node = directory(nodeName);
    if (node === undefined) throw new Error(`nobody answers for node ${nodeName}`);
    return node.dial(pod, port);
  };
  return { scheme, host: pod.status.podIP ?? '', port, dial };
}

/** Undefined for what is none. */
export function readReference(text: string): Reference | undefined {
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

/** Not the server's own machine by its inner address, whatever a pod's status says, nor what is no single machine or nobody's
 *  beyond its link, where clouds tell a machine its secrets; but a node that has no other address than an inner one has pods
 *  there. */
function mayReach(core: ApiCore, pod: Pod): boolean {
  const { podIP: ip = '' } = pod.status;
  if (isGlobalUnicast(ip)) return true;
  if (!isLoopback(ipBytes(ip) ?? [])) return false;
  const node = core.objects.all(nodes).find(({ metadata }) => metadata.name === pod.spec.nodeName);
  return node?.status.addresses?.some(({ address }) => address === ip) ?? false;
}

function isGlobalUnicast(ip: string): boolean {
  const bytes = ipBytes(ip);
  if (bytes === undefined || bytes.every((byte) => byte === 0)) return false;
  const [a = 0, b = 0] = bytes;
  if (bytes.length === 4) {
    const isShared = (a >= 224 && a < 240) || bytes.every((byte) => byte === 255);
    return !isLoopback(bytes) && !isShared && !(a === 169 && b === 254);
  }
  return !isLoopback(bytes) && a !== 0xff && !(a === 0xfe && (b & 0xc0) === 0x80);
}

function isLoopback(bytes: readonly number[]): boolean {
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes.length === 16 && bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  const why = /^\d+$/.test(text) ? `address ${text}: invalid port` : `lookup tcp/${text}: unknown port`;
  throw apiErrors.unavailable(`error trying to reach service: dial tcp: ${why}`);
}

async function serviceBackend(
  core: ApiCore,
  target: Target & { readonly name: string },
  { name, port: asked }: Reference,
): Promise<Backend> {
  const service = await readService(core, { ...target, name }, asked);
  const port = servicePort(service, asked);
  const found = port === undefined ? [] : backends(core, service, port);
  const chosen = found[core.backends.int(Math.max(1, found.length))];
  if (chosen !== undefined) return chosen;
  const unserved = JSON.stringify(port === undefined ? target.name : name);
  throw apiErrors.unavailable(`no endpoints available for service ${unserved}`);
}

async function readService(core: ApiCore, target: Target & { readonly name: string }, port: string): Promise<Service> {
  try {
    return (await readObject(core.objects, target, undefined)) as Service;
  } catch (error) {
    // A port by name is looked for among the endpoints, which are what is not there then.
    throw /^\d+$/.test(port) ? error : apiErrors.notFound({ group: '', plural: 'endpoints' }, target.name);
  }
}

/** By number, by name, or the one that has no name. */
function servicePort({ metadata, spec }: Service, asked: string): ServicePort | undefined {
  const { ports = [] } = spec;
  if (!/^\d+$/.test(asked)) return ports.find(({ name = '' }) => name === asked);
  const found = ports.find(({ port }) => port === Number(asked));
  if (found !== undefined) return found;
  const service = JSON.stringify(metadata.name);
  throw apiErrors.unavailable(`no service port ${Number(asked)} found for service ${service}`);
}

/** Where the pods of a service that take requests listen for those to one of its ports. */
function backends(
  core: ApiCore,
  { metadata, spec }: Service,
  { port, targetPort = port }: ServicePort,
): readonly Backend[] {
  const wanted = Object.entries(spec.selector ?? {});
  if (wanted.length === 0) return [];
  const { publishNotReadyAddresses: unready = false } = spec;
  return core.objects
    .all(pods, metadata.namespace)
    .filter((pod) => wanted.every(([key, value]) => pod.metadata.labels?.[key] === value))
    .filter((pod) => unready || isPodReady(pod))
    .filter((pod) => !isTerminalPhase(pod.status.phase) && pod.metadata.deletionTimestamp === undefined)
    .flatMap((pod) => {
      const number = typeof targetPort === 'number' ? targetPort : portNamed(pod, targetPort);
      return number === undefined || !mayReach(core, pod) ? [] : [{ pod, port: number }];
    });
}

function portNamed({ spec }: Pod, name: string): number | undefined {
  const all = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ ports = [] }) => ports);
  return all.find((port) => port.name === name)?.containerPort;
}
