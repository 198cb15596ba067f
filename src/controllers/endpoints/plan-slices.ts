import { jsonEqual } from '#base/json.ts';
import { type Member, publishedLabels, targetOf } from '#controllers/endpoints/members.ts';
import { managedByLabel, serviceNameLabel } from '#kinds/endpoint-slice/labels.ts';
import type { Endpoint, EndpointSlice, SlicePort } from '#kinds/endpoint-slice/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { isControlledBy, ownerReference } from '#kinds/meta/owners.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';

export const managerName = 'endpointslice-controller.k8s.io';
const endpointsMax = 100;

export interface SlicesPlan {
  readonly create: readonly New<EndpointSlice>[];
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
}

export interface SlicesView {
  readonly service: Service;
  readonly members: readonly Member[];
  /** Those that this controller keeps for the service. */
  readonly stored: readonly EndpointSlice[];
  readonly zoneOf: (node: string) => string | undefined;
}

/** What one slice is to hold. `slice` is the one that is there. */
interface Wanted {
  readonly slice: EndpointSlice | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly SlicePort[];
}

/** How the slices of a service come to show its pods, a hundred in each at most, with as few changes as can be: an endpoint stays in
 *  the slice it is in, and a slice that is not needed any more is taken for one that is. */
export function planSlices(view: SlicesView): SlicesPlan {
  const { service, members, stored } = view;
  const addressType = service.spec.ipFamilies?.[0] ?? 'IPv4';
  const usable = stored.filter((slice) => slice.addressType === addressType && isControlledBy(slice, service));
  const wanted = [...Map.groupBy(members, (member) => JSON.stringify(slicePorts(member))).values()].flatMap((alike) =>
    pack(alike, usable, view.zoneOf),
  );
  // A service without pods has one slice that says so.
  const needed = wanted.length > 0 ? wanted : [{ slice: undefined, endpoints: [], ports: [] }];
  const kept = new Set(needed.map(({ slice }) => slice));
  const spare = usable.filter((slice) => !kept.has(slice));
  const placed = needed.map((one) => ({ ...one, slice: one.slice ?? spare.shift() }));
  const others = stored.filter((slice) => !usable.includes(slice));
  return {
    create: placed.flatMap((one) => (one.slice === undefined ? [newSlice(service, addressType, one)] : [])),
    update: placed.flatMap((one) => (one.slice === undefined ? [] : changed(service, one.slice, one))),
    delete: [...spare, ...others],
  };
}

/** Spreads pods with the same ports over the slices that have those ports, and over new ones. */
function pack(
  alike: readonly Member[],
  usable: readonly EndpointSlice[],
  zoneOf: SlicesView['zoneOf'],
): readonly Wanted[] {
  const ports = slicePorts(alike[0] as Member);
  const left = new Map(alike.map((member) => [member.pod.metadata.uid, endpointOf(member, zoneOf)]));
  const filled = usable
    .filter((slice) => jsonEqual(slice.ports ?? [], ports))
    .map((slice) => ({ slice, ports, endpoints: staying(slice, left) }))
    .filter(({ endpoints }) => endpoints.length > 0);
  const rest = [...left.values()];
  const topped = filled.map((one) => {
    const room = endpointsMax - one.endpoints.length;
    return { ...one, endpoints: [...one.endpoints, ...rest.splice(0, room)] };
  });
  const more: Wanted[] = [];
  while (rest.length > 0) more.push({ slice: undefined, ports, endpoints: rest.splice(0, endpointsMax) });
  return [...topped, ...more];
}

/** Those of the slice that are still wanted, as they are now; they are taken out of `left`. */
function staying(slice: EndpointSlice, left: Map<string, Endpoint>): readonly Endpoint[] {
  return (slice.endpoints ?? []).flatMap(({ targetRef }) => {
    const uid = targetRef?.uid ?? '';
    const now = left.get(uid);
    left.delete(uid);
    return now === undefined ? [] : [now];
  });
}

function slicePorts({ ports }: Member): readonly SlicePort[] {
  return ports.map((port) => ({ ...port, name: port.name ?? '' }));
}

function endpointOf(member: Member, zoneOf: SlicesView['zoneOf']): Endpoint {
  const { pod, ip, hostname, ready, serving, terminating } = member;
  const { nodeName } = pod.spec;
  const zone = nodeName === undefined ? undefined : zoneOf(nodeName);
  return {
    addresses: [ip],
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: targetOf(pod),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  };
}

function labelsOf(service: Service): { readonly [key: string]: string } {
  const own = { [serviceNameLabel]: service.metadata.name, [managedByLabel]: managerName };
  return { ...publishedLabels(service), ...own };
}

function newSlice(service: Service, addressType: string, { endpoints, ports }: Wanted): New<EndpointSlice> {
  const { namespace, name } = service.metadata;
  const metadata = {
    namespace,
    generateName: `${name}-`,
    labels: labelsOf(service),
    ownerReferences: [ownerReference(service, services)],
  };
  return { metadata, addressType, endpoints, ports };
}

function changed(service: Service, slice: EndpointSlice, { endpoints, ports }: Wanted): readonly EndpointSlice[] {
  const labels = labelsOf(service);
  const isRight =
    jsonEqual(slice.endpoints ?? [], endpoints) &&
    jsonEqual(slice.ports ?? [], ports) &&
    jsonEqual(slice.metadata.labels, labels);
  return isRight ? [] : [{ ...slice, metadata: { ...slice.metadata, labels }, endpoints, ports }];
}
