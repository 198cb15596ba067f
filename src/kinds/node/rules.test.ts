import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodes } from '#kinds/node/node.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const node = (spec: object) => decoded(nodes, { metadata: { name: 'n' }, spec, status: {} });
const unfit = 'spec.podCIDRs[0]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

test('the address range of a node must be one, on changes too, but not on those of its status', () => {
  const old = node({});
  const bad = node({ podCIDR: 'x' });
  assert.deepEqual(lines(nodes.rules.validate?.(bad) ?? []), [unfit]);
  assert.deepEqual(lines(nodes.rules.validateUpdate?.(bad, old) ?? []), [unfit]);
  assert.deepEqual(lines(nodes.rules.validateStatusUpdate?.(bad, old) ?? []), []);
});
