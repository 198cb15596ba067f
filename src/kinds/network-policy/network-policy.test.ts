import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkPolicies } from '#kinds/network-policy/network-policy.ts';
import type { NetworkPolicy } from '#kinds/network-policy/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = networkPolicies;
const policy = (spec: object): NetworkPolicy => decoded(networkPolicies, { spec });
const refused = (spec: object): readonly string[] => lines(rules.validate?.(policy(spec)) ?? []);
const from = (peer: object): readonly string[] => refused({ ingress: [{ from: [peer] }] });
const ports = (port: object): readonly string[] => refused({ egress: [{ ports: [port] }] });

test('a policy limits what it has rules for, and always what comes in, unless it says otherwise', () => {
  assert.deepEqual(policy({}).spec, { podSelector: {}, policyTypes: ['Ingress'] });
  assert.deepEqual(policy({ egress: [{ ports: [{ port: 53 }] }] }).spec, {
    podSelector: {},
    egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
    policyTypes: ['Ingress', 'Egress'],
  });
  assert.deepEqual(policy({ policyTypes: ['Egress'] }).spec.policyTypes, ['Egress']);
});

test('peers are pods or a range of addresses', () => {
  assert.deepEqual(from({ podSelector: {}, namespaceSelector: { matchLabels: { team: 'a' } } }), []);
  assert.deepEqual(from({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }), []);
  const at = 'spec.ingress[0].from[0]';
  assert.deepEqual(from({}), [`${at}: Required value: must specify a peer`]);
  assert.deepEqual(from({ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }), [
    `${at}: Forbidden: may not specify both ipBlock and another peer`,
  ]);
  assert.deepEqual(from({ ipBlock: {} }), [`${at}.ipBlock.cidr: Required value`]);
  const text = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  assert.deepEqual(from({ ipBlock: { cidr: 'x' } }), [`${at}.ipBlock.cidr: Invalid value: "x": ${text}`]);
  assert.deepEqual(from({ ipBlock: { cidr: '10.0.0.0/8', except: ['y', '10.0.0.0/8', '11.0.0.0/16'] } }), [
    `${at}.ipBlock.except[0]: Invalid value: "y": ${text}`,
    `${at}.ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\``,
    `${at}.ipBlock.except[2]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
  ]);
  assert.match(
    from({ podSelector: { matchLabels: { a: '-' } } })[0] ?? '',
    /^spec\.ingress\[0\]\.from\[0\]\.podSelector/,
  );
});

test('ports are numbers, rows of numbers, or names', () => {
  assert.deepEqual(ports({ port: 1000, endPort: 2000, protocol: 'UDP' }), []);
  assert.deepEqual(ports({ port: 'http' }), []);
  const at = 'spec.egress[0].ports[0]';
  assert.deepEqual(ports({ port: 0, protocol: 'ICMP' }), [
    `${at}.protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"`,
    `${at}.port: Invalid value: 0: must be between 1 and 65535, inclusive`,
  ]);
  assert.deepEqual(ports({ port: 10, endPort: 9 }), [
    `${at}.endPort: Invalid value: 10: must be greater than or equal to \`port\``,
  ]);
  assert.deepEqual(ports({ port: 'http', endPort: 9 }), [
    `${at}.endPort: Invalid value: 9: may not be specified when \`port\` is non-numeric`,
  ]);
  assert.deepEqual(ports({ endPort: 9 }), [
    `${at}.endPort: Invalid value: 9: may not be specified when \`port\` is not specified`,
  ]);
});

test('there are two directions', () => {
  assert.deepEqual(refused({ policyTypes: ['Sideways'] }), [
    'spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Ingress", "Egress"',
  ]);
  assert.deepEqual(refused({ policyTypes: ['Ingress', 'Egress', 'Egress'] }), [
    'spec.policyTypes: Invalid value: ["Ingress","Egress","Egress"]: may not specify more than two policyTypes',
  ]);
});

test('a range with bits beyond its prefix is warned of, and people are told that nothing is enforced', () => {
  const odd = policy({ egress: [{ to: [{ ipBlock: { cidr: '10.0.0.1/8', except: ['10.1.0.1/16'] } }] }] });
  const warnings = rules.warnings?.(odd, undefined) ?? [];
  assert.deepEqual(
    warnings.map((text) => text.split(' ')[0]),
    ['spec.egress[0].to[0].ipBlock.cidr:', 'spec.egress[0].to[0].ipBlock.except[0]:'],
  );
  assert.deepEqual([rules.notes?.(odd, undefined).length, rules.notes?.(odd, odd).length], [1, 0]);
});

test('a policy as it is listed', () => {
  const cells = (spec: object) => table.cells(policy(spec), Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(cells({}), ['x', '<none>', '60m']);
  assert.equal(cells({ podSelector: { matchLabels: { b: '2', a: '1' } } })[1], 'a=1,b=2');
});

test('ranges are written as today, unless they stood there already', () => {
  const policy = (...cidrs: readonly string[]) =>
    decoded(networkPolicies, { spec: { ingress: [{ from: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }] } });
  const field = 'spec.ingress[0].from[0].ipBlock.cidr';
  const text = `${field}: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length`;
  assert.deepEqual(lines(networkPolicies.rules.validate?.(policy('10.0.0.1/8')) ?? []), [text]);
  assert.deepEqual(lines(networkPolicies.rules.validateUpdate?.(policy('10.0.0.1/8'), policy('10.0.0.0/8')) ?? []), [
    text,
  ]);
  assert.deepEqual(networkPolicies.rules.validateUpdate?.(policy('10.0.0.1/8'), policy('x', '10.0.0.1/8')), []);
});
