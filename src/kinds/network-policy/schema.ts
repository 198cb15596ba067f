import type { Namespaced } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { always, int32, intOrString, list, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.networking.v1';

export const policyTypes = ['Ingress', 'Egress'] as const;
export const protocols = ['TCP', 'UDP', 'SCTP'] as const;

export const NetworkPolicyPort = object(`${prefix}.NetworkPolicyPort`, 'Ports that may be reached.', {
  protocol: optional(1, string, 'TCP, UDP or SCTP; TCP unless given.', { values: protocols }),
  port: optional(2, intOrString, 'The number of the port, or what pods call it; all ports unless given.'),
  endPort: optional(3, int32, 'The last of a row of ports that begins with the one given.'),
});
export interface NetworkPolicyPort extends Infer<typeof NetworkPolicyPort> {}

export const IPBlock = object(`${prefix}.IPBlock`, 'A range of addresses, but for some in it.', {
  cidr: required(1, string, 'The range, such as 192.168.1.0/24 or 2001:db8::/64.'),
  except: optional(2, list(string), 'Ranges in it that are not meant.'),
});
export interface IPBlock extends Infer<typeof IPBlock> {}

export const NetworkPolicyPeer = object(
  `${prefix}.NetworkPolicyPeer`,
  'The other end of a connection: pods, or a range of addresses.',
  {
    podSelector: optional(1, LabelSelector, 'Pods, by their labels; an empty selector means all.'),
    namespaceSelector: optional(
      2,
      LabelSelector,
      'The namespaces of the pods, by their labels; that of the policy unless given.',
    ),
    ipBlock: optional(3, IPBlock, 'A range of addresses; nothing else may then be given.'),
  },
);
export interface NetworkPolicyPeer extends Infer<typeof NetworkPolicyPeer> {}

const NetworkPolicyIngressRule = object(`${prefix}.NetworkPolicyIngressRule`, 'Who may reach the pods, and where.', {
  ports: optional(1, list(NetworkPolicyPort), 'The ports; all unless given.'),
  from: optional(2, list(NetworkPolicyPeer), 'Who may; everybody unless given.'),
});

const NetworkPolicyEgressRule = object(`${prefix}.NetworkPolicyEgressRule`, 'Whom the pods may reach, and where.', {
  ports: optional(1, list(NetworkPolicyPort), 'The ports; all unless given.'),
  to: optional(2, list(NetworkPolicyPeer), 'Whom; everybody unless given.'),
});

export const NetworkPolicySpec = object(`${prefix}.NetworkPolicySpec`, 'Which connections of which pods are allowed.', {
  podSelector: always(
    1,
    LabelSelector,
    'The pods it is for, by their labels; an empty selector means all of the namespace.',
  ),
  ingress: optional(2, list(NetworkPolicyIngressRule), 'Connections to the pods that are allowed; none unless given.'),
  egress: optional(3, list(NetworkPolicyEgressRule), 'Connections from the pods that are allowed; none unless given.'),
  policyTypes: optional(
    4,
    list(string),
    'Which directions it limits: Ingress, Egress or both. Unless given Ingress, and Egress too if there are rules for it.',
  ),
});
export interface NetworkPolicySpec extends Infer<typeof NetworkPolicySpec> {}

export const NetworkPolicy = object(`${prefix}.NetworkPolicy`, 'Which connections of a set of pods are allowed.', {
  ...objectFields,
  spec: always(2, NetworkPolicySpec, 'Which connections of which pods are allowed.'),
});
export interface NetworkPolicy extends Namespaced<Infer<typeof NetworkPolicy>> {}
