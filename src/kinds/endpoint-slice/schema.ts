import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectReference } from '#kinds/meta/references.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, boolean, int32, list, listSet, map, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const EndpointConditions = object(
  'io.k8s.api.discovery.v1.EndpointConditions',
  'How an endpoint is. What is not said is taken as ready and not terminating.',
  {
    ready: optional(1, boolean, 'Whether it takes traffic; never while it terminates, unless its service says so.'),
    serving: optional(2, boolean, 'As ready, whether it terminates or not.'),
    terminating: optional(3, boolean, 'Whether it is about to go.'),
  },
);
export interface EndpointConditions extends Infer<typeof EndpointConditions> {}

const ForZone = object('io.k8s.api.discovery.v1.ForZone', 'A zone that should use an endpoint.', {
  name: required(1, string, 'The name of the zone.'),
});

const ForNode = object('io.k8s.api.discovery.v1.ForNode', 'A node that should use an endpoint.', {
  name: required(1, string, 'The name of the node.'),
});

export const EndpointHints = object('io.k8s.api.discovery.v1.EndpointHints', 'Who should use an endpoint.', {
  forZones: optional(1, list(ForZone), 'The zones, 8 at most.'),
  forNodes: optional(2, list(ForNode), 'The nodes, 8 at most.'),
});
export interface EndpointHints extends Infer<typeof EndpointHints> {}

export const Endpoint = object('io.k8s.api.discovery.v1.Endpoint', 'One of those that stand behind a service.', {
  addresses: required(1, listSet(string), 'Its addresses, of the type of the slice: 1 to 100, all worth the same.'),
  conditions: always(2, EndpointConditions, 'How it is.'),
  hostname: optional(3, string, 'Its name in DNS, below that of the service.'),
  targetRef: optional(4, ObjectReference, 'What answers there, mostly a pod.'),
  deprecatedTopology: optional(5, map(string), 'Was used by an older version; not written any more.'),
  nodeName: optional(6, string, 'The node that it is on.'),
  zone: optional(7, string, 'The zone that it is in.'),
  hints: optional(8, EndpointHints, 'Who should use it.'),
});
export interface Endpoint extends Infer<typeof Endpoint> {}

export const SlicePort = object(
  'io.k8s.api.discovery.v1.EndpointPort',
  'One port of the endpoints.',
  {
    name: optional(1, string, 'What the service calls the port; unlike the others, and empty unless given.'),
    protocol: optional(2, string, 'How it speaks; TCP unless given.', { values: ['SCTP', 'TCP', 'UDP'] }),
    port: optional(3, int32, 'The number; any port where there is none.'),
    appProtocol: optional(4, string, 'What is spoken on top of the protocol, such as kubernetes.io/h2c.'),
  },
  { atomic: true },
);
export interface SlicePort extends Infer<typeof SlicePort> {}

export const EndpointSlice = object(
  'io.k8s.api.discovery.v1.EndpointSlice',
  'Some of those that stand behind a service; all slices with its label together are all of them.',
  {
    ...objectFields,
    addressType: required(4, string, 'What its addresses are; never changed.', { values: ['FQDN', 'IPv4', 'IPv6'] }),
    endpoints: required(2, list(Endpoint), 'The endpoints, 1000 at most.'),
    ports: always(3, list(SlicePort), 'The ports that each of them has; none known where there are none.'),
  },
);
type Shape = Infer<typeof EndpointSlice>;
/** Upstream writes `null` for a slice without endpoints or ports. */
export interface EndpointSlice extends Namespaced<Omit<Shape, 'endpoints' | 'ports'>> {
  readonly endpoints: readonly Endpoint[] | null;
  readonly ports: readonly SlicePort[] | null;
}
