import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectReference } from '#kinds/meta/references.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { int32, list, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const EndpointAddress = object(
  'io.k8s.api.core.v1.EndpointAddress',
  'One address behind a service.',
  {
    ip: required(1, string, 'The address; none of a loopback or link-local range.'),
    hostname: nonzero(3, string, 'Its name in DNS, below that of the service.'),
    nodeName: optional(4, string, 'The node that it is on.'),
    targetRef: optional(2, ObjectReference, 'What answers there, mostly a pod.'),
  },
  { atomic: true },
);
export interface EndpointAddress extends Infer<typeof EndpointAddress> {}

export const EndpointPort = object(
  'io.k8s.api.core.v1.EndpointPort',
  'One port of the addresses.',
  {
    name: nonzero(1, string, 'What the service calls the port; needed where there are several.'),
    port: required(2, int32, 'The number.'),
    protocol: nonzero(3, string, 'How it speaks; TCP unless given.', { values: ['SCTP', 'TCP', 'UDP'] }),
    appProtocol: optional(4, string, 'What is spoken on top of the protocol, such as kubernetes.io/h2c.'),
  },
  { atomic: true },
);
export interface EndpointPort extends Infer<typeof EndpointPort> {}

export const EndpointSubset = object('io.k8s.api.core.v1.EndpointSubset', 'Addresses that all have the same ports.', {
  addresses: optional(1, list(EndpointAddress), 'Those that are ready.'),
  notReadyAddresses: optional(2, list(EndpointAddress), 'Those that are not ready, or not yet.'),
  ports: optional(3, list(EndpointPort), 'The ports that each of them has.'),
});
export interface EndpointSubset extends Infer<typeof EndpointSubset> {}

export const Endpoints = object('io.k8s.api.core.v1.Endpoints', 'What stands behind the service of the same name.', {
  ...objectFields,
  subsets: optional(2, list(EndpointSubset), 'The addresses, those with the same ports together.'),
});
export interface Endpoints extends Namespaced<Infer<typeof Endpoints>> {}
