import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodes } from '#kinds/node/node.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';

const node = (spec: object) => decoded(nodes, { metadata: { name: 'n' }, spec, status: {} });
const unfit = 'spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

test('the address range of a node must be one, on changes too, but not on those of its status', () => {
  const old = node({});
  const bad = node({ podCIDR: 'x' });
  assert.deepEqual(lines(nodes.rules.validate?.(bad) ?? []), [unfit]);
  assert.deepEqual(lines(nodes.rules.validateUpdate?.(bad, old) ?? []), [unfit]);
  assert.deepEqual(lines(nodes.rules.validateStatusUpdate?.(bad, old) ?? []), []);
});

const status = (more: object) => decoded(nodes, { metadata: { name: 'n' }, status: more });
const refusedStatus = (more: object) => lines(nodes.rules.validate?.(status(more)) ?? []);

test('what a node has is whole or not negative, and what it declares is named in order', () => {
  assert.deepEqual(refusedStatus({ capacity: { pods: '1500m' }, allocatable: { cpu: '-1' } }), [
    'status.capacity.pods: Invalid value: "1500m": must be an integer',
    'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
  ]);
  assert.deepEqual(refusedStatus({ nodeInfo: { swap: { capacity: 0 } } }), [
    'metadata.nodeSwapStatus.capacity: Invalid value: 0: must be greater than 0',
  ]);
  const rule =
    "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or " +
    'MyFeature/mySubFeature), and contain only alphanumeric characters and slashes';
  assert.deepEqual(refusedStatus({ declaredFeatures: ['B/sub', 'B/sub', 'A', 'x'] }), [
    'status.declaredFeatures[1]: Duplicate value: "B/sub"',
    'status.declaredFeatures[2]: Invalid value: "A": list must be sorted alphabetically',
    `status.declaredFeatures[3]: Invalid value: "x": invalid feature name "x": ${rule}`,
  ]);
});

test('ranges and names that were given stay, and old fields are warned of or dropped', () => {
  const old = node({ podCIDRs: ['10.0.0.0/24', 'fd00::/64'], providerID: 'a' });
  const changed = (spec: object) => lines(nodes.rules.validateStatusUpdate?.(node(spec), old) ?? []);
  const moved = 'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid';
  assert.deepEqual(changed({ podCIDRs: ['10.0.0.0/24'], providerID: 'a' }), [moved]);
  assert.deepEqual(changed({ podCIDRs: ['10.0.1.0/24', 'fd01::/64'], providerID: 'a' }), [moved, moved]);
  assert.deepEqual(lines(nodes.rules.validate?.(node({ podCIDRs: ['10.0.0.0/24', '10.0.0.0/24'] })) ?? []), [
    'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.0.0.0/24"]: may specify no more than one CIDR for each IP family',
  ]);
  assert.deepEqual(nodes.rules.warnings?.(node({ externalID: 'x', podCIDRs: ['FD00::/64'] }), undefined), [
    'spec.externalID: this field is deprecated, and is unused by Kubernetes',
    'spec.podCIDRs[0]: IPv6 CIDR value "FD00::/64" should be in RFC 5952 canonical format ("fd00::/64")',
  ]);
  const configMap = { name: 'c', namespace: 'ns', kubeletConfigKey: 'k' };
  const configured = created(nodes, { spec: { configSource: { configMap } }, status: { config: { error: 'x' } } });
  assert.deepEqual([configured.spec.configSource, configured.status.config], [undefined, undefined]);
});
