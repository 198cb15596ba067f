import { ipFamily } from '#kinds/meta/texts.ts';
import type { Service, ServicePort, ServiceSpec } from '#kinds/service/schema.ts';
import type { Draft } from '#schema/type.ts';

const affinitySeconds = 3 * 3600;

/** Whether services of this kind have an address in the cluster at all. */
export function hasAddress({ type }: Pick<ServiceSpec, 'type'>): boolean {
  return type !== 'ExternalName';
}

/** Whether nodes open ports for it. */
export function usesNodePorts({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** Fills in what a service leaves out; addresses and ports of nodes are the server's to give. */
export function defaultService({ spec }: Draft<Service>): void {
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: affinitySeconds } };
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) defaultPort(port);
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  if (!hasAddress(spec)) return;
  spec.internalTrafficPolicy ??= 'Cluster';
}

function defaultPort(port: Draft<ServicePort>): void {
  port.protocol ||= 'TCP';
  if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
}

/** `clusterIP` is the first of `clusterIPs`; the families follow from them. Who leaves them out does not come to own them. */
export function defaultAddresses(spec: Draft<ServiceSpec>): void {
  if (spec.clusterIP && spec.clusterIPs === undefined) spec.clusterIPs = [spec.clusterIP];
  const [first] = spec.clusterIPs ?? [];
  spec.ipFamilies ??= [first !== undefined && ipFamily(first) === 6 ? 'IPv6' : 'IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
}
