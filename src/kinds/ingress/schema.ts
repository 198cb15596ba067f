import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { TypedLocalObjectReference } from '#kinds/pod/schema/volumes.ts';
import { always, embedded, int32, list, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.networking.v1';

export const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'] as const;

const ServiceBackendPort = object(
  `${prefix}.ServiceBackendPort`,
  'A port of a service, by name or by number.',
  {
    name: nonzero(1, string, 'The name of the port.'),
    number: nonzero(2, int32, 'The number of the port.'),
  },
  { atomic: true },
);

const IngressServiceBackend = object(`${prefix}.IngressServiceBackend`, 'A service that answers requests.', {
  name: required(1, string, 'The name of a service in the namespace of the ingress.'),
  port: always(2, ServiceBackendPort, 'Which of its ports; it must be given.'),
});

export const IngressBackend = object(`${prefix}.IngressBackend`, 'Who answers requests: a service or another object.', {
  resource: optional(3, TypedLocalObjectReference, 'An object in the namespace of the ingress, instead of a service.'),
  service: optional(4, IngressServiceBackend, 'A service.'),
});
export interface IngressBackend extends Infer<typeof IngressBackend> {}

export const HTTPIngressPath = object(`${prefix}.HTTPIngressPath`, 'Which paths are answered by whom.', {
  path: nonzero(1, string, 'The path; it begins with a slash.'),
  backend: required(2, IngressBackend, 'Who answers.'),
  pathType: required(
    3,
    string,
    'How paths are compared: Exact, Prefix (part by part, cut at slashes), or ImplementationSpecific (as the class likes).',
    { values: pathTypes, nullable: true },
  ),
});
export interface HTTPIngressPath extends Infer<typeof HTTPIngressPath> {}

const HTTPIngressRuleValue = object(`${prefix}.HTTPIngressRuleValue`, 'Who answers requests over HTTP.', {
  paths: required(1, list(HTTPIngressPath), 'The paths, each with who answers.'),
});

export const IngressRule = object(`${prefix}.IngressRule`, 'Who answers requests to one host.', {
  host: nonzero(
    1,
    string,
    'The name of the host, or *. and a domain for all names right below it; all hosts unless given.',
  ),
  ...embedded(2, { http: optional(1, HTTPIngressRuleValue, 'Who answers requests over HTTP.') }),
});
export interface IngressRule extends Infer<typeof IngressRule> {}

const IngressTLS = object(`${prefix}.IngressTLS`, 'A certificate and the hosts it is for.', {
  hosts: optional(1, list(string), 'The hosts; those of the certificate, as the class sees fit, unless given.'),
  secretName: nonzero(2, string, 'The secret with the certificate and its key.'),
});

export const IngressSpec = object(`${prefix}.IngressSpec`, 'Which requests from outside are answered by whom.', {
  defaultBackend: optional(1, IngressBackend, 'Who answers what no rule is for.'),
  tls: optional(2, list(IngressTLS), 'The certificates; all are used at port 443.'),
  rules: optional(3, list(IngressRule), 'The rules; without any the default backend answers all.'),
  ingressClassName: optional(4, string, 'The IngressClass, which says who carries this out.'),
});
export interface IngressSpec extends Infer<typeof IngressSpec> {}

const IngressPortStatus = object(`${prefix}.IngressPortStatus`, 'How one port fares.', {
  port: required(1, int32, 'The port.'),
  protocol: required(2, string, 'How it speaks: TCP, UDP or SCTP.'),
  error: optional(3, string, 'What is wrong with it.'),
});

const IngressLoadBalancerIngress = object(`${prefix}.IngressLoadBalancerIngress`, 'One way in.', {
  ip: nonzero(1, string, 'Its address.'),
  hostname: nonzero(2, string, 'Its name.'),
  ports: optional(4, list(IngressPortStatus), 'How its ports fare.'),
});

const IngressLoadBalancerStatus = object(`${prefix}.IngressLoadBalancerStatus`, 'What a load balancer offers.', {
  ingress: optional(1, list(IngressLoadBalancerIngress), 'The ways in.'),
});

const IngressStatus = object(`${prefix}.IngressStatus`, 'How it is reached.', {
  loadBalancer: always(1, IngressLoadBalancerStatus, 'What its load balancer offers.'),
});

export const Ingress = object(`${prefix}.Ingress`, 'Brings requests from outside to services, by host and path.', {
  ...objectFields,
  spec: always(2, IngressSpec, 'What is wanted.'),
  status: always(3, IngressStatus, 'How it is reached.'),
});
export interface Ingress extends Namespaced<Infer<typeof Ingress>> {}
