import { hasAddress, usesNodePorts } from '#kinds/service/defaults.ts';
import type { Service } from '#kinds/service/schema.ts';
import type { Draft } from '#schema/type.ts';

/** A change that says nothing of what the server once gave keeps it: the address, and the ports of the nodes. What the new
 *  type of the service has no use for goes. */
export function keepGiven({ spec }: Draft<Service>, { spec: old }: Service): void {
  if (!hasAddress(spec)) {
    if (hasAddress(old)) dropAddresses(spec, old);
    return;
  }
  if (!spec.clusterIP && spec.clusterIPs === undefined && hasAddress(old)) {
    if (old.clusterIP !== undefined) spec.clusterIP = old.clusterIP;
    if (old.clusterIPs !== undefined) spec.clusterIPs = [...old.clusterIPs];
  }
  for (const port of spec.ports ?? []) {
    const before = old.ports?.find((each) => each.port === port.port && each.protocol === port.protocol);
    if (usesNodePorts(spec) && port.nodePort === undefined && before?.nodePort !== undefined)
      port.nodePort = before.nodePort;
    if (!usesNodePorts(spec) && port.nodePort === before?.nodePort) delete port.nodePort;
  }
}

/** A patch of the type alone still carries the old addresses. */
function dropAddresses(spec: Draft<Service['spec']>, old: Service['spec']): void {
  if (spec.clusterIP === old.clusterIP) delete spec.clusterIP;
  if (spec.clusterIPs?.[0] === old.clusterIPs?.[0]) delete spec.clusterIPs;
  delete spec.ipFamilies;
  delete spec.ipFamilyPolicy;
  delete spec.internalTrafficPolicy;
}
