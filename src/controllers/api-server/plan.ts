import { jsonEqual } from '#base/json.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import { serviceNameLabel, skipMirrorLabel } from '#kinds/endpoint-slice/labels.ts';
import type { EndpointSlice } from '#kinds/endpoint-slice/schema.ts';
import type { Endpoints } from '#kinds/endpoints/schema.ts';
import type { KubeObject, New } from '#kinds/meta/object.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import { kubernetesService } from '#kinds/service/kubernetes-service.ts';
import type { Service } from '#kinds/service/schema.ts';

/** What others must know of an API server to find and to trust it. */
export interface ApiServerFacts {
  readonly ip: string;
  readonly port: number;
  /** PEM certificates that it checks those of its clients against. */
  readonly clientAuthority: string;
}

/** What to do about one object. `replace`: it has to go first, and is made anew when it is gone. */
export type Step<T extends KubeObject> =
  | { readonly at: 'keep' }
  | { readonly at: 'replace' }
  | { readonly at: 'create'; readonly object: New<T> }
  | { readonly at: 'update'; readonly object: T };

const keep = { at: 'keep' } as const;

const { namespace, name, clusterIP } = kubernetesService;
const portName = 'https';
const protocol = 'TCP';

/** The service `kubernetes`. Its labels are for its users to change, as upstream has it. */
export function planService(stored: Service | undefined, { port }: ApiServerFacts): Step<Service> {
  const ports = [{ name: portName, port: 443, protocol, targetPort: port }];
  const spec = { type: 'ClusterIP', ports };
  if (stored === undefined) {
    const labels = { component: 'apiserver', provider: 'kubernetes' };
    return { at: 'create', object: { metadata: { namespace, name, labels }, spec: { ...spec, clusterIP } } };
  }
  if (stored.spec.clusterIP !== clusterIP) return { at: 'replace' };
  if (stored.spec.type === spec.type && jsonEqual(stored.spec.ports, ports)) return keep;
  return { at: 'update', object: { ...stored, spec: { ...stored.spec, ...spec } } };
}

/** What stands behind that service: this server. */
export function planEndpoints(stored: Endpoints | undefined, { ip, port }: ApiServerFacts): Step<Endpoints> {
  // Whoever mirrors Endpoints into slices need not: there is one already.
  const labels = { [skipMirrorLabel]: 'true' };
  const subsets = [{ addresses: [{ ip }], ports: [{ name: portName, port, protocol }] }];
  if (stored === undefined) return { at: 'create', object: { metadata: { namespace, name, labels }, subsets } };
  const { metadata } = stored;
  if (jsonEqual(stored.subsets, subsets) && jsonEqual(metadata.labels, labels)) return keep;
  return { at: 'update', object: { ...stored, metadata: { ...metadata, labels }, subsets } };
}

/** The same as a slice. */
export function planSlice(stored: EndpointSlice | undefined, { ip, port }: ApiServerFacts): Step<EndpointSlice> {
  const addressType = `IPv${ipFamily(ip) ?? 4}`;
  const labels = { [serviceNameLabel]: name };
  const endpoints = [{ addresses: [ip], conditions: { ready: true } }];
  const ports = [{ name: portName, port, protocol }];
  const content = { addressType, endpoints, ports };
  if (stored === undefined) return { at: 'create', object: { metadata: { namespace, name, labels }, ...content } };
  if (stored.addressType !== addressType) return { at: 'replace' };
  const { metadata } = stored;
  const isRight =
    jsonEqual(stored.endpoints, endpoints) && jsonEqual(stored.ports, ports) && jsonEqual(metadata.labels, labels);
  return isRight ? keep : { at: 'update', object: { ...stored, metadata: { ...metadata, labels }, ...content } };
}

export const trust = { namespace: 'kube-system', name: 'extension-apiserver-authentication' } as const;
const authorityKey = 'client-ca-file';

/** How other servers, that answer for a part of this API, tell whose client certificates are good. */
export function planTrust(stored: ConfigMap | undefined, { clientAuthority }: ApiServerFacts): Step<ConfigMap> {
  const own = { [authorityKey]: clientAuthority };
  if (stored === undefined) return { at: 'create', object: { metadata: trust, data: own } };
  if (stored.data?.[authorityKey] === clientAuthority) return keep;
  return { at: 'update', object: { ...stored, data: { ...stored.data, ...own } } };
}
