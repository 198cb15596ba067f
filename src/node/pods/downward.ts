import { formatQuantity, int64At, parseQuantity } from '#kinds/meta/quantity.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** What a variable may say about its own pod and node besides what stands in the pod (spec: node-agent.md section 18). */
export interface PodFacts {
  readonly hostIP: string;
  readonly podIP: string;
  /** What the node has to give, by resource: the answer for a limit that is not set. */
  readonly allocatable: { readonly [resource: string]: string };
}

/** The value of a `fieldRef`; undefined for a path that does not exist for variables. */
export function fieldValue(path: string, pod: Pod, facts: PodFacts): string | undefined {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed !== null) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return facts.hostIP;
    case 'status.podIP':
    case 'status.podIPs':
      return facts.podIP;
    default:
      return undefined;
  }
}

/** The value of a `resourceFieldRef`: in units of the divisor, rounded up; undefined for an unknown container or resource.
 *  A limit that is not set reads as the pod's, or as all the node has; a request as zero. */
export function resourceValue(
  reference: { readonly containerName?: string; readonly resource: string; readonly divisor: string },
  pod: Pod,
  own: Container,
  facts: PodFacts,
): string | undefined {
  const { containerName, resource, divisor } = reference;
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const container = containerName === undefined ? own : all.find(({ name }) => name === containerName);
  const [, kind, name = ''] = /^(limits|requests)\.(.+)$/.exec(resource) ?? [];
  if (container === undefined || kind === undefined) return undefined;
  const limit = container.resources?.limits?.[name] ?? pod.spec.resources?.limits?.[name] ?? facts.allocatable[name];
  const amount = (kind === 'limits' ? limit : container.resources?.requests?.[name]) ?? '0';
  return dividedUp(name, amount, divisor === '0' || divisor === '' ? '1' : divisor);
}

/** Shares of CPUs are counted in thousandths and everything else in whole numbers, rounded up before they are divided, as
 *  upstream does: more than nine gigabytes of memory would not fit otherwise. */
function dividedUp(name: string, amount: string, divisor: string): string {
  const scale = name === 'cpu' ? -3 : 0;
  const [a, b] = [int64At(parseQuantity(amount), scale), int64At(parseQuantity(divisor), scale)];
  if (b === 0n) return formatQuantity(parseQuantity(amount));
  return String((a + b - 1n) / b);
}
