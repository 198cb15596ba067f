import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csiNodes } from '#kinds/csi-node/csi-node.ts';
import type { CSINode } from '#kinds/csi-node/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = csiNodes;
const driver = {
  name: 'io.kubernetes.storage.csi',
  nodeID: 'n1',
  topologyKeys: ['company.com/zone1', 'company.com/zone2'],
};
const node = (...drivers: object[]): CSINode => decoded(csiNodes, { spec: { drivers } });
const refused = (more: object): readonly string[] => lines(rules.validate?.(node({ ...driver, ...more })) ?? []);

test('a node without drivers, and a driver without labels, say null', () => {
  assert.equal(decoded(csiNodes, {}).spec.drivers, null);
  assert.equal(node({ name: 'a', nodeID: 'b' }).spec.drivers?.[0]?.topologyKeys, null);
});

const at = 'spec.drivers[0]';
const rows: readonly (readonly [what: string, more: object, errors: readonly string[]])[] = [
  ['a good one', { allocatable: { count: 0 } }, []],
  ['no name and no node', { name: '', nodeID: '' }, [`${at}.name: Required value`, `${at}.nodeID: Required value`]],
  ['a name in capitals', { name: 'CSI.Example' }, []],
  [
    'a long name',
    { name: 'g'.repeat(64), nodeID: 'x'.repeat(257) },
    [
      `${at}.name: Too long: may not be more than 63 bytes`,
      `${at}.nodeID: Invalid value: "${'x'.repeat(257)}": must be 256 characters or less`,
    ],
  ],
  [
    'fewer volumes than none',
    { allocatable: { count: -1 } },
    [`${at}.allocatable.count: Invalid value: -1: must be greater than or equal to 0`],
  ],
  ['a label twice', { topologyKeys: ['a', 'a'] }, [`${at}: Duplicate value: "a"`]],
];

for (const [what, more, errors] of rows) {
  test(`a driver with ${what}`, () => assert.deepEqual(refused(more), errors));
}

test('labels have names, and drivers one place', () => {
  const [missing, unnamed] = refused({ topologyKeys: [''] });
  assert.equal(missing, `${at}: Required value`);
  assert.match(unnamed ?? '', /^spec\.drivers\[0\]: Invalid value: "": name part must be non-empty/);
  assert.deepEqual(lines(rules.validate?.(node(driver, driver)) ?? []), [
    `spec.drivers[1].name: Duplicate value: "${driver.name}"`,
  ]);
});

test('a driver stays what it is, but for how many volumes it takes', () => {
  const change = (now: object, old: object): readonly string[] =>
    lines(rules.validateUpdate?.(node({ ...driver, ...now }), node({ ...driver, ...old })) ?? []);
  assert.deepEqual(change({ allocatable: { count: 2 } }, {}), []);
  assert.deepEqual(lines(rules.validateUpdate?.(node(), node(driver)) ?? []), []);
  assert.deepEqual(change({ nodeID: 'n2' }, {}), [
    'spec.drivers: Invalid value: {"Name":"io.kubernetes.storage.csi","NodeID":"n2",' +
      '"TopologyKeys":["company.com/zone1","company.com/zone2"],"Allocatable":null}: field is immutable',
  ]);
});

test('a node as it is listed', () => {
  assert.deepEqual(table.cells(node(driver), Date.parse('2026-01-01T01:00:00Z')), ['x', 1, '60m']);
});
