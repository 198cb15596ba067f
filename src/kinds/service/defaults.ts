import type { Service, ServicePort, ServiceSpec } from '#kinds/service/schema.ts';
import type { Draft } from '#schema/type.ts';

const affinitySeconds = 3 * 3600;

/** Whether services of this kind have an address in the cluster at all. */
export function hasAddress({ type }: Pick<ServiceSpec, 'type'>): boolean {
  return type !== 'ExternalName';
}

/** Whether it goes without an address by its own wish. */
export function isHeadless({ clusterIPs = [] }: Pick<ServiceSpec, 'clusterIPs'>): boolean {
  return clusterIPs.length === 1 && clusterIPs[0] === 'None';
}

/** Whether it may have ports of the nodes. */
export function hasNodePorts({ type }: Pick<ServiceSpec, 'type'>): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** Whether nodes open ports for it without being asked to. */
export function usesNodePorts({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** Whether it is reached from outside of the cluster. */
export function isExternal(spec: ServiceSpec): boolean {
  return hasNodePorts(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
}

/** Whether load balancers ask the nodes where its pods are. */
export function needsHealthCheck({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

/** Fills in what a service leaves out; addresses, their families and ports of nodes are the server's to give. */
export function defaultService({ spec, status }: Draft<Service>): void {
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: affinitySeconds } };
  }
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) defaultPort(port);
  if (isExternal(spec)) spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type === 'ClusterIP' || hasNodePorts(spec)) spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  // Only balanced services can have any, and a patch of the status is defaulted without the spec.
  for (const way of status.loadBalancer.ingress ?? []) if (way.ip) way.ipMode ??= 'VIP';
}

function defaultPort(port: Draft<ServicePort>): void {
  port.protocol ||= 'TCP';
  if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
}
