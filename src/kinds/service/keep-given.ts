import { jsonEqual } from '#base/json.ts';
import { hasAddress, hasNodePorts, isExternal, needsHealthCheck, usesNodePorts } from '#kinds/service/defaults.ts';
import type { Service, ServiceSpec } from '#kinds/service/schema.ts';
import type { Draft } from '#schema/type.ts';

/** A change that says nothing of what the server once gave keeps it: the address, and the ports of the nodes. */
export function keepGiven({ spec }: Draft<Service>, { spec: old }: Service): void {
  if (hasAddress(old) && hasAddress(spec)) keepAddress(spec, old);
  if (usesNodePorts(old) && usesNodePorts(spec)) keepPorts(spec, old);
  if (needsHealthCheck(old) && needsHealthCheck(spec) && old.healthCheckNodePort) {
    spec.healthCheckNodePort ||= old.healthCheckNodePort;
  }
}

function keepAddress(spec: Draft<ServiceSpec>, old: ServiceSpec): void {
  if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
  if (isEmpty(spec.clusterIPs) && old.clusterIPs !== undefined) spec.clusterIPs = [...old.clusterIPs];
}

/** `clusterIP` is the first of `clusterIPs`: who gives or changes the one alone, as old clients do, means the list too. Who leaves
 *  the list out does not come to own it. */
export function completeAddresses({ spec }: Draft<Service>, old: ServiceSpec | undefined): void {
  const isSame = isEmpty(spec.clusterIPs) ? isEmpty(old?.clusterIPs) : jsonEqual(spec.clusterIPs, old?.clusterIPs);
  if (spec.clusterIP && spec.clusterIP === old?.clusterIP) {
    if (isEmpty(spec.clusterIPs) && old.clusterIPs !== undefined) spec.clusterIPs = [...old.clusterIPs];
  } else if (spec.clusterIP) {
    if (isSame) spec.clusterIPs = [spec.clusterIP];
  } else if (old?.clusterIP && isSame) delete spec.clusterIPs;
}

function isEmpty(list: readonly unknown[] = []): boolean {
  return list.length === 0;
}

/** Ports are known by their names, unless another one has taken the port of the nodes. */
function keepPorts(spec: Draft<ServiceSpec>, old: ServiceSpec): void {
  const asked = nodePortsOf(spec);
  const before = new Map((old.ports ?? []).map(({ name, nodePort }) => [name ?? '', nodePort]));
  for (const port of spec.ports ?? []) {
    const nodePort = before.get(port.name ?? '');
    if (!port.nodePort && nodePort && !asked.has(nodePort)) port.nodePort = nodePort;
  }
}

/** A change of the type takes with it what was given, or filled in, for the old one and is of no use for the new one. */
export function dropUnused(service: Draft<Service>, { spec: old }: Service): void {
  const { spec, status } = service;
  const isSame = (name: keyof ServiceSpec): boolean => jsonEqual(spec[name] ?? null, old[name] ?? null);
  const drop = (...names: readonly (keyof ServiceSpec)[]): void => {
    for (const name of names) if (isSame(name)) delete spec[name];
  };
  if (hasAddress(old) && !hasAddress(spec)) {
    if (isSame('clusterIP') && isSame('clusterIPs')) drop('clusterIP', 'clusterIPs');
    drop('ipFamilies', 'ipFamilyPolicy');
  }
  const before = nodePortsOf(old);
  const addsNone = [...nodePortsOf(spec)].every((port) => before.has(port));
  if (hasNodePorts(old) && !hasNodePorts(spec) && addsNone) for (const port of spec.ports ?? []) delete port.nodePort;
  if (needsHealthCheck(old) && !needsHealthCheck(spec)) drop('healthCheckNodePort');
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    drop('allocateLoadBalancerNodePorts', 'loadBalancerClass');
  }
  if (isExternal(old) && !isExternal(spec)) drop('externalTrafficPolicy');
  if (spec.type !== 'LoadBalancer') service.status = { ...status, loadBalancer: {} };
  dropUnread(service);
}

/** What upstream has, for a name that stands for another, but never shows. Other values are for validation to refuse. */
export function dropUnread({ spec }: Draft<Service>): void {
  const isGood = spec.internalTrafficPolicy === 'Cluster' || spec.internalTrafficPolicy === 'Local';
  if (!hasAddress(spec) && isGood) delete spec.internalTrafficPolicy;
}

function nodePortsOf({ ports = [] }: Pick<ServiceSpec, 'ports'>): ReadonlySet<number> {
  return new Set(ports.flatMap(({ nodePort }) => (nodePort ? [nodePort] : [])));
}
