import type { Namespaced } from '#kinds/meta/object.ts';
import { Condition, objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  boolean,
  int32,
  intOrString,
  list,
  listMap,
  map,
  nonzero,
  object,
  optional,
  required,
  string,
} from '#schema/build.ts';
import type { Infer, ListType } from '#schema/type.ts';

export const ServicePort = object('io.k8s.api.core.v1.ServicePort', 'One port that a service offers.', {
  name: nonzero(1, string, 'What it is called; needed where a service has several.'),
  protocol: nonzero(2, string, 'How it speaks.', { default: 'TCP' }),
  port: required(3, int32, 'The port of the service.'),
  targetPort: optional(
    4,
    intOrString,
    'The port of the pods, by number or by name; that of the service unless given.',
    { plain: true },
  ),
  nodePort: nonzero(5, int32, 'The port of every node, for services that are reached from outside.'),
  appProtocol: optional(6, string, 'What is spoken on top of the protocol, such as kubernetes.io/h2c.'),
});
export interface ServicePort extends Infer<typeof ServicePort> {}

/** Told apart by port and protocol; strategic merge patch knows the port alone. */
const ports: ListType<typeof ServicePort> = listMap(ServicePort, ['port', 'protocol'], 'port');

const ClientIPConfig = object('io.k8s.api.core.v1.ClientIPConfig', 'How long a client stays with its pod.', {
  timeoutSeconds: optional(1, int32, 'Seconds since the last request, at most a day.'),
});

const SessionAffinityConfig = object('io.k8s.api.core.v1.SessionAffinityConfig', 'How clients stay with their pods.', {
  clientIP: optional(1, ClientIPConfig, 'For clients told apart by address.'),
});

export const ServiceSpec = object(
  'io.k8s.api.core.v1.ServiceSpec',
  'What a service offers, and which pods stand behind it.',
  {
    ports: optional(1, ports, 'The ports it offers.'),
    selector: optional(
      2,
      map(string, { atomic: true }),
      'The labels of the pods behind it; none for a service that others fill.',
    ),
    clusterIP: nonzero(3, string, 'Its address; given by the server, or None for a service without one.'),
    type: nonzero(4, string, 'How it is reached; ClusterIP unless given.', {
      values: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'],
    }),
    externalIPs: optional(5, list(string), 'Addresses of nodes that take its traffic too.'),
    sessionAffinity: nonzero(7, string, 'Whether a client stays with one pod.', { values: ['ClientIP', 'None'] }),
    loadBalancerIP: nonzero(8, string, 'The address that its load balancer should have.'),
    loadBalancerSourceRanges: optional(9, list(string), 'Who may use its load balancer, as address ranges.'),
    externalName: nonzero(10, string, 'The name it stands for, for services of the type ExternalName.'),
    externalTrafficPolicy: nonzero(11, string, 'Which pods serve what comes from outside.', {
      values: ['Cluster', 'Local'],
    }),
    healthCheckNodePort: nonzero(12, int32, 'Where load balancers ask whether a node has pods of it.'),
    publishNotReadyAddresses: nonzero(13, boolean, 'Whether pods count that are not ready.'),
    sessionAffinityConfig: optional(14, SessionAffinityConfig, 'How clients stay with their pods.'),
    ipFamilyPolicy: optional(17, string, 'Whether it has an address of each family.', {
      values: ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
    }),
    clusterIPs: optional(18, list(string), 'All its addresses, that of `clusterIP` first.'),
    ipFamilies: optional(19, list(string), 'The families of its addresses, IPv4 or IPv6.'),
    allocateLoadBalancerNodePorts: optional(20, boolean, 'Whether its load balancer needs ports of the nodes.'),
    loadBalancerClass: optional(21, string, 'Which implementation its load balancer is of.'),
    internalTrafficPolicy: optional(22, string, 'Which pods serve what comes from the cluster.', {
      values: ['Cluster', 'Local'],
    }),
    trafficDistribution: optional(23, string, 'Which pods to prefer, such as PreferSameNode.'),
  },
);
export interface ServiceSpec extends Infer<typeof ServiceSpec> {}

const PortStatus = object('io.k8s.api.core.v1.PortStatus', 'How one port of a load balancer fares.', {
  port: required(1, int32, 'The port of the service.'),
  protocol: required(2, string, 'How it speaks.'),
  error: optional(3, string, 'What is wrong with it.'),
});

const LoadBalancerIngress = object('io.k8s.api.core.v1.LoadBalancerIngress', 'One way in through a load balancer.', {
  ip: nonzero(1, string, 'Its address.'),
  hostname: nonzero(2, string, 'Its name.'),
  ipMode: optional(3, string, 'Whether traffic keeps the address of the load balancer: VIP or Proxy.'),
  ports: optional(4, list(PortStatus), 'How its ports fare.'),
});

const LoadBalancerStatus = object('io.k8s.api.core.v1.LoadBalancerStatus', 'What a load balancer offers.', {
  ingress: optional(1, list(LoadBalancerIngress), 'The ways in.'),
});

export const ServiceStatus = object('io.k8s.api.core.v1.ServiceStatus', 'How a service is reached from outside.', {
  loadBalancer: always(1, LoadBalancerStatus, 'What its load balancer offers.'),
  conditions: optional(2, listMap(Condition, ['type'], 'type'), 'What is known of it.'),
});

export const Service = object('io.k8s.api.core.v1.Service', 'A name and an address for a set of pods.', {
  ...objectFields,
  spec: always(2, ServiceSpec, 'What it offers.'),
  status: always(3, ServiceStatus, 'How it is reached.'),
});
export interface Service extends Namespaced<Infer<typeof Service>> {}
