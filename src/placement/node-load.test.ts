import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Node } from '#kinds/node/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { demandOf } from '#placement/demand.ts';
import { checkResources, checkRoom, shortages } from '#placement/node-checks.ts';
import { NodeLoad } from '#placement/node-load.ts';

type Requests = { readonly [resource: string]: string };

function pod(name: string, requests: Requests, more: object = {}): Pod {
  const spec = { containers: [{ name: 'c', image: 'i', resources: { requests } }], ...more };
  // Placement reads no other fields.
  return { metadata: { namespace: 'ns', name }, spec, status: {} } as unknown as Pod;
}

function load(allocatable: Requests): NodeLoad {
  return new NodeLoad('n', { metadata: { name: 'n' }, spec: {}, status: { allocatable } } as unknown as Node);
}

const reasonsOf = (requests: Requests, on: NodeLoad): readonly string[] =>
  checkResources(demandOf(pod('new', requests)), on)?.reasons ?? [];

test('all that is missing is said, and zero requests are not checked', () => {
  const node = load({ cpu: '1', memory: '1Gi', pods: '1' });
  assert.deepEqual(reasonsOf({ cpu: '1', memory: '1Gi' }, node), []);
  assert.deepEqual(reasonsOf({ 'example.com/gpu': '0' }, node), []);
  assert.deepEqual(reasonsOf({ 'example.com/gpu': '1', 'ephemeral-storage': '1', memory: '2Gi', cpu: '1001m' }, node), [
    'Insufficient cpu',
    'Insufficient memory',
    'Insufficient ephemeral-storage',
    'Insufficient example.com/gpu',
  ]);
  node.add('ns/a', demandOf(pod('a', { cpu: '1' })));
  assert.deepEqual(reasonsOf({ cpu: '1m' }, node), ['Too many pods', 'Insufficient cpu']);
});

test('what the empty node could not hold no eviction can make room for', () => {
  const node = load({ cpu: '2', pods: '10' });
  node.add('ns/a', demandOf(pod('a', { cpu: '2' })));
  assert.equal(checkResources(demandOf(pod('b', { cpu: '2' })), node)?.evictionHelps, true);
  assert.equal(checkResources(demandOf(pod('c', { cpu: '3' })), node)?.evictionHelps, false);
});

test('pod-level resources stand for those of the containers, and overhead comes on top', () => {
  const demand = demandOf(
    pod('a', { cpu: '1', memory: '1Gi' }, { resources: { requests: { cpu: '3' } }, overhead: { cpu: '250m' } }),
  );
  assert.deepEqual(
    [...demand.requests],
    [
      ['cpu', 3250],
      ['memory', 2 ** 30],
    ],
  );
});

test('pods come and go, and what is left is the sum of those there', () => {
  const steps = fc.array(
    fc.record({ key: fc.integer({ min: 0, max: 5 }), cpu: fc.integer({ max: 2000 }), add: fc.boolean() }),
  );
  fc.assert(
    fc.property(steps, (all) => {
      const node = load({ cpu: '4', pods: '110' });
      const model = new Map<number, number>();
      for (const { key, cpu, add } of all) {
        const port = { ports: [{ containerPort: 1, hostPort: 1 + key }] };
        const container = { name: 'c', image: 'i', resources: { requests: { cpu: `${Math.abs(cpu)}m` } }, ...port };
        if (add) node.add(String(key), demandOf(pod(String(key), {}, { containers: [container] })));
        else assert.equal(node.remove(String(key)), model.has(key));
        if (add) model.set(key, Math.abs(cpu));
        else model.delete(key);
      }
      assert.equal(node.podCount, model.size);
      assert.equal(
        node.requested('cpu'),
        [...model.values()].reduce((sum, cpu) => sum + cpu, 0),
      );
      for (let key = 0; key <= 5; key++) {
        assert.equal(node.clashes([{ ip: '10.0.0.1', protocol: 'TCP', port: 1 + key }]), model.has(key));
      }
    }),
  );
});

test('a port taken refuses before resources do', () => {
  const node = load({ cpu: '1', pods: '10' });
  const containers = (hostIP?: string) => ({
    containers: [
      {
        name: 'c',
        image: 'i',
        ports: [{ containerPort: 80, hostPort: 80, hostIP }],
        resources: { requests: { cpu: '1' } },
      },
    ],
  });
  node.add('ns/a', demandOf(pod('a', {}, containers('10.0.0.1'))));
  assert.equal(checkRoom(demandOf(pod('b', {}, containers())), node)?.rule, 'NodePorts');
  assert.equal(checkRoom(demandOf(pod('c', {}, containers('10.0.0.2'))), node)?.rule, 'NodeResourcesFit');
  assert.deepEqual(shortages(demandOf(pod('c', {}, containers('10.0.0.2'))), node), [
    { resource: 'cpu', beyondNode: false },
  ]);
});
