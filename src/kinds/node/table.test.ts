import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodes } from '#kinds/node/node.ts';
import { decoded } from '#kinds/test-objects.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const nothing = { kernelVersion: '', osImage: '', containerRuntimeVersion: '', kubeletVersion: '', architecture: '' };

function row(status: object, metadata: object = {}, spec: object = {}): readonly unknown[] {
  return nodes.table.cells(decoded(nodes, { metadata, spec, status }), now);
}

test('a node nobody knows a thing about', () => {
  const unknown = ['<none>', '<none>', '<unknown>', '<unknown>', '<unknown>'];
  assert.deepEqual(row({ nodeInfo: nothing }), ['x', 'Unknown', '<none>', '60m', '', ...unknown]);
});

test('the architecture stands behind the kernel, known or not', () => {
  const kernel = (info: object) => row({ nodeInfo: { ...nothing, ...info } })[8];
  assert.equal(kernel({ kernelVersion: '6.1' }), '6.1');
  assert.equal(kernel({ kernelVersion: '6.1', architecture: 'arm64' }), '6.1 (arm64)');
  assert.equal(kernel({ architecture: 'arm64' }), '<unknown> (arm64)');
});

test('whether it is ready, by the last word on it, and takes pods', () => {
  const ready = (...statuses: readonly string[]) => ({
    conditions: statuses.map((status) => ({ type: 'Ready', status })),
  });
  assert.equal(row(ready('True'))[1], 'Ready');
  assert.equal(row(ready('Unknown'))[1], 'NotReady');
  assert.equal(row(ready('True', 'False'))[1], 'NotReady');
  assert.equal(row({}, {}, { unschedulable: true })[1], 'Unknown,SchedulingDisabled');
});

test('roles and addresses', () => {
  const labels = { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/': '', 'kubernetes.io/role': 'edge' };
  const addresses = [
    { type: 'Hostname', address: 'h' },
    { type: 'ExternalIP', address: '192.0.2.1' },
    { type: 'ExternalIP', address: '192.0.2.2' },
  ];
  const cells = row({ addresses }, { labels });
  assert.equal(cells[2], 'edge,worker');
  assert.deepEqual(cells.slice(5, 7), ['<none>', '192.0.2.1']);
});
