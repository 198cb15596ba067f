import { checkOneOf, checkRange, invalidEach } from '#kinds/meta/checks.ts';
import { cidrWarnings, isStrictlyWithin, parseCidr, plainRange, rangeProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateLabelSelector } from '#kinds/meta/selector.ts';
import { portNameProblems } from '#kinds/meta/texts.ts';
import {
  type IPBlock,
  type NetworkPolicy,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  type NetworkPolicySpec,
  policyTypes,
  protocols,
} from '#kinds/network-policy/schema.ts';

type Findings = readonly FieldError[];

/** Findings on a policy, after defaulting. */
export function validateNetworkPolicy({ spec }: NetworkPolicy): Findings {
  return validateSpec(spec, []);
}

/** Findings on a change of a policy. Ranges that stood in it already are taken in any form. */
export function validateNetworkPolicyUpdate({ spec }: NetworkPolicy, old: NetworkPolicy): Findings {
  return validateSpec(spec, rangesOf(old.spec));
}

function validateSpec(spec: NetworkPolicySpec, known: readonly string[]): Findings {
  return [
    ...validateLabelSelector(spec.podSelector, 'spec.podSelector'),
    ...rulesOf(spec).flatMap(({ ports, peers, field, peerField }) => [
      ...ports.flatMap((port, index) => validatePort(port, `${field}.ports[${index}]`)),
      ...peers.flatMap((peer, index) => validatePeer(peer, `${peerField}[${index}]`, known)),
    ]),
    ...validateTypes(spec.policyTypes ?? []),
  ];
}

/** Ranges of addresses that are allowed but probably not meant so. */
export function networkPolicyWarnings({ spec }: NetworkPolicy): readonly string[] {
  return rulesOf(spec).flatMap(({ peers, peerField }) =>
    peers.flatMap(({ ipBlock }, index) => {
      const at = `${peerField}[${index}].ipBlock`;
      const except = ipBlock?.except ?? [];
      return [
        ...cidrWarnings(ipBlock?.cidr ?? '', `${at}.cidr`),
        ...except.flatMap((range, place) => cidrWarnings(range, `${at}.except[${place}]`)),
      ];
    }),
  );
}

interface Rule {
  readonly ports: readonly NetworkPolicyPort[];
  readonly peers: readonly NetworkPolicyPeer[];
  readonly field: string;
  readonly peerField: string;
}

/** The rules of both directions, and where they stand. */
function rulesOf({ ingress = [], egress = [] }: NetworkPolicySpec): readonly Rule[] {
  return [
    ...ingress.map(({ ports = [], from = [] }, index) => {
      const field = `spec.ingress[${index}]`;
      return { ports, peers: from, field, peerField: `${field}.from` };
    }),
    ...egress.map(({ ports = [], to = [] }, index) => {
      const field = `spec.egress[${index}]`;
      return { ports, peers: to, field, peerField: `${field}.to` };
    }),
  ];
}

function validateTypes(types: readonly string[]): Findings {
  const field = 'spec.policyTypes';
  if (types.length > policyTypes.length) {
    return [fieldError.invalid(field, types, 'may not specify more than two policyTypes')];
  }
  return types.flatMap((type, index) => checkOneOf(`${field}[${index}]`, type, policyTypes));
}

const portMax = 65535;

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, field: string): Findings {
  return [
    ...checkOneOf(`${field}.protocol`, protocol, protocols),
    ...(typeof port === 'number' ? checkRange(`${field}.port`, port, 1, portMax) : []),
    ...(endPort === undefined ? [] : validateEnd(port, endPort, `${field}.endPort`)),
    ...(typeof port === 'string' ? invalidEach(`${field}.port`, port, portNameProblems(port)) : []),
  ];
}

function validateEnd(port: number | string | undefined, endPort: number, field: string): Findings {
  if (port === undefined)
    return [fieldError.invalid(field, endPort, 'may not be specified when `port` is not specified')];
  if (typeof port === 'string') {
    return [fieldError.invalid(field, endPort, 'may not be specified when `port` is non-numeric')];
  }
  const early = endPort < port ? ['must be greater than or equal to `port`'] : [];
  // Upstream shows the port it is compared with.
  return [...invalidEach(field, port, early), ...checkRange(field, endPort, 1, portMax)];
}

function validatePeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  field: string,
  known: readonly string[],
): Findings {
  const hasSelector = podSelector !== undefined || namespaceSelector !== undefined;
  return [
    ...validateLabelSelector(podSelector, `${field}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...(ipBlock === undefined ? [] : validateBlock(ipBlock, `${field}.ipBlock`, known)),
    ...(hasSelector || ipBlock !== undefined ? [] : [fieldError.required(field, 'must specify a peer')]),
    ...(hasSelector && ipBlock !== undefined
      ? [fieldError.forbidden(field, 'may not specify both ipBlock and another peer')]
      : []),
  ];
}

function validateBlock({ cidr, except = [] }: IPBlock, field: string, known: readonly string[]): Findings {
  if (cidr === '') return [fieldError.required(`${field}.cidr`)];
  const newProblems = (text: string) => (known.includes(text) ? [] : rangeProblems(text));
  const whole = parseCidr(plainRange(cidr));
  const found = invalidEach(`${field}.cidr`, cidr, newProblems(cidr));
  if (whole === undefined) return found;
  const others = except.flatMap((text, index) => {
    const part = parseCidr(plainRange(text));
    const outside = part !== undefined && !isStrictlyWithin(part, whole);
    const problems = [...newProblems(text), ...(outside ? ['must be a strict subset of `cidr`'] : [])];
    return invalidEach(`${field}.except[${index}]`, text, problems);
  });
  return [...found, ...others];
}

/** All ranges of a policy. */
function rangesOf(spec: NetworkPolicySpec): readonly string[] {
  return rulesOf(spec).flatMap(({ peers }) =>
    peers.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock.cidr, ...(ipBlock.except ?? [])])),
  );
}
