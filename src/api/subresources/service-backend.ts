import { apiErrors } from '#kinds/meta/errors.ts';
import { isPodReady, isTerminalPhase } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Service, ServicePort } from '#kinds/service/schema.ts';
import type { Target } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { readObject } from '../read.ts';
import { mayReach } from './reachable.ts';

type Parts = Pick<ApiCore, 'objects' | 'backends'>;

/** Where a pod listens. */
export interface Backend {
  readonly pod: Pod;
  readonly port: number;
}

/** One of the ready pods of a service, and where it listens for what comes to the port named. Throws NotFound, or
 *  ServiceUnavailable when there is none. */
export async function serviceBackend(
  core: Parts,
  target: Target & { readonly name: string },
  { name, port: asked }: { readonly name: string; readonly port: string },
): Promise<Backend> {
  const service = await readService(core, { ...target, name }, asked);
  const port = servicePort(service, asked);
  const found = port === undefined ? [] : backends(core, service, port);
  const chosen = found[core.backends.int(Math.max(1, found.length))];
  if (chosen !== undefined) return chosen;
  const unserved = JSON.stringify(port === undefined ? target.name : name);
  throw apiErrors.unavailable(`no endpoints available for service ${unserved}`);
}

async function readService(core: Parts, target: Target & { readonly name: string }, port: string): Promise<Service> {
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
  core: Parts,
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
