import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { events } from '#kinds/event/event.ts';
import { leases } from '#kinds/lease/lease.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';
import { configKeyText, keyText } from '#kinds/test-texts.ts';

const now = Date.parse('2026-01-01T01:00:00Z');

function refused<T extends KubeObject>(definition: ResourceDefinition<T>, body: object): readonly string[] {
  return lines(definition.rules.validate?.(created(definition, { ...body })) ?? []);
}

function refusedChange<T extends KubeObject>(
  definition: ResourceDefinition<T>,
  old: object,
  now: object,
): readonly string[] {
  const errors = definition.rules.validateUpdate?.(decoded(definition, { ...now }), decoded(definition, { ...old }));
  return lines(errors ?? []);
}

function row<T extends KubeObject>(definition: ResourceDefinition<T>, body: object): readonly unknown[] {
  return definition.table.cells(decoded(definition, { ...body }), now);
}

test('every table has a cell for each column, and its Name column is marked', () => {
  for (const definition of catalog) {
    const { columns } = definition.table;
    assert.equal(row(definition, {}).length, columns.length, definition.kind);
    // Upstream marks who attaches a volume as a name, too.
    const marked = columns.filter(({ name, format }) => format === 'name' && name !== 'Attacher');
    assert.equal(marked.length, 1, definition.kind);
    assert.ok(
      columns.every(({ description }) => description !== ''),
      definition.kind,
    );
  }
});

test('config maps: keys, and what is immutable', () => {
  const data = { 'a b': '1', '..': '2', '.ok': '3', both: '4' };
  assert.deepEqual(refused(configMaps, { data, binaryData: { both: 'AA==', 'bad/key': 'AA==' } }), [
    `data[a b]: Invalid value: "a b": ${configKeyText}`,
    `data[..]: Invalid value: "..": must not be '..'`,
    'data[both]: Invalid value: "both": duplicate of key present in binaryData',
    `binaryData[bad/key]: Invalid value: "bad/key": ${configKeyText}`,
  ]);
  assert.deepEqual(refused(configMaps, { data: { a: 'x'.repeat(1048576) } }), []);
  assert.deepEqual(refused(configMaps, { data: { a: 'x'.repeat(1048576) }, binaryData: { b: 'AA==' } }), [
    '[]: Too long: may not be more than 1048576 bytes',
  ]);
  const fixed = { data: { a: '1' }, immutable: true };
  assert.deepEqual(refusedChange(configMaps, fixed, { data: { a: '2' } }), [
    'immutable: Forbidden: field is immutable when `immutable` is set',
    'data: Forbidden: field is immutable when `immutable` is set',
  ]);
  assert.deepEqual(refusedChange(configMaps, fixed, fixed), []);
  assert.deepEqual(row(configMaps, { data: { a: '1' }, binaryData: { b: 'AA==' } }), ['x', 2, '60m']);
});

test('secrets: text becomes base64, types are kept and fulfilled', () => {
  const secret = decoded(secrets, { data: { a: 'AA==' }, stringData: { a: 'é', b: '' } });
  assert.deepEqual([secret.type, secret.data, secret.stringData], ['Opaque', { a: 'w6k=', b: '' }, undefined]);
  assert.deepEqual(refused(secrets, { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }), [
    'data[tls.key]: Required value',
  ]);
  assert.deepEqual(refused(secrets, { type: 'kubernetes.io/basic-auth' }), [
    'data[username]: Required value',
    'data[password]: Required value',
  ]);
  assert.deepEqual(refused(secrets, { type: 'kubernetes.io/ssh-auth', stringData: { 'ssh-privatekey': 'k' } }), []);
  assert.match(
    refused(secrets, { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{' } })[0] ?? '',
    /^data\[\.dockerconfigjson\]: Invalid value: "<secret contents redacted>": /,
  );
  assert.deepEqual(refusedChange(secrets, { immutable: true }, { type: 'x', immutable: true, data: { a: '' } }), [
    'type: Invalid value: "x": field is immutable',
    'data: Forbidden: field is immutable when `immutable` is set',
  ]);
  assert.deepEqual(row(secrets, { stringData: { a: '1' } }), ['x', 'Opaque', 1, '60m']);
});

test('namespaces carry their name, are held by their content, and say nothing but whether they end', () => {
  const namespace = created(namespaces, { spec: { finalizers: ['example.org/x'] }, status: { phase: 'Odd' } });
  assert.deepEqual(namespace.metadata.labels, { 'kubernetes.io/metadata.name': 'x' });
  assert.deepEqual(namespace.spec.finalizers, ['example.org/x', 'kubernetes']);
  assert.deepEqual(namespace.status, { phase: 'Active' });
  const status = (phase: string, metadata: object = {}): readonly string[] => {
    const changed = decoded(namespaces, { metadata, status: { phase } });
    return lines(namespaces.rules.validateStatusUpdate?.(changed, namespace) ?? []);
  };
  assert.deepEqual(status('Active'), []);
  assert.deepEqual(status('Terminating'), [
    `status.Phase: Invalid value: "Terminating": may only be 'Active' if \`deletionTimestamp\` is empty`,
  ]);
  assert.deepEqual(status('Active', { deletionTimestamp: '2026-01-01T00:00:00Z' }), [
    `status.Phase: Invalid value: "Active": may only be 'Terminating' if \`deletionTimestamp\` is not empty`,
  ]);
});

test('nodes: all is for pods unless said otherwise, taints differ, what is set once stays', () => {
  const node = decoded(nodes, { spec: { podCIDR: '10.9.0.0/24' }, status: { capacity: { cpu: '4', memory: '8Gi' } } });
  assert.deepEqual(node.spec.podCIDRs, ['10.9.0.0/24']);
  assert.deepEqual(node.status.allocatable, { cpu: '4', memory: '8Gi' });
  const taints = [
    { key: 'a', effect: 'NoSchedule' },
    { key: 'a', effect: 'NoSchedule' },
    { key: 'a b', effect: 'Foo' },
    { key: 'c' },
  ];
  assert.deepEqual(refused(nodes, { spec: { taints, podCIDRs: ['zz'] } }), [
    'metadata.taints[1]: Duplicate value: {"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    `metadata.taints[2].key: Invalid value: "a b": name part ${keyText}`,
    'metadata.taints[2].effect: Unsupported value: "Foo": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    'metadata.taints[3].effect: Required value',
    'spec.podCIDRs[0]: Invalid value: "zz": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
  ]);
  const fixed = { spec: { podCIDR: '10.9.0.0/24', providerID: 'p' } };
  assert.deepEqual(refusedChange(nodes, {}, fixed), []);
  assert.deepEqual(refusedChange(nodes, fixed, { spec: { podCIDR: '10.8.0.0/24', providerID: 'q' } }), [
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
  ]);
});

test('nodes as they are listed', () => {
  const body = {
    metadata: {
      labels: { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'db', 'node-role.kubernetes.io/': '' },
    },
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.4' }],
      nodeInfo: { kubeletVersion: 'v1.36.0', kernelVersion: '6.1', architecture: 'amd64' },
    },
  };
  assert.deepEqual(row(nodes, body), [
    'x',
    'Ready,SchedulingDisabled',
    'db,worker',
    '60m',
    'v1.36.0',
    '10.0.0.4',
    '<none>',
    '<unknown>',
    '6.1 (amd64)',
    '<unknown>',
  ]);
  assert.deepEqual(row(nodes, {}).slice(1, 3), ['Unknown', '<none>']);
  assert.equal(row(nodes, { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } })[1], 'NotReady');
});

test('events live with their object, and are listed by when they last happened', () => {
  assert.deepEqual(refused(events, { involvedObject: { namespace: 'ns' } }), []);
  assert.deepEqual(refused(events, { involvedObject: { namespace: 'other' } }), [
    'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
  ]);
  assert.deepEqual(
    refused(events, { metadata: { namespace: 'default' }, involvedObject: { kind: 'Node', name: 'n' } }),
    [],
  );
  const body = {
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'ns' },
    reason: 'Hauling',
    message: ' a note\n',
    type: 'Warning',
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingComponent: 'example.org/winch',
    reportingInstance: 'w-1',
    series: { count: 4, lastObservedTime: '2026-01-01T00:30:00.000000Z' },
  };
  assert.deepEqual(row(events, body), [
    '30m',
    'Warning',
    'Hauling',
    'pod/p',
    '',
    'example.org/winch, w-1',
    'a note',
    '60m',
    4,
    'x',
  ]);
  assert.deepEqual(row(events, { source: { component: 'deck' } }).slice(5, 9), ['deck', '', '<unknown>', 1]);
  assert.deepEqual(events.rules.nameProblems('p.', true), []);
  assert.deepEqual(events.rules.nameProblems('a/b%', false), ["may not contain '/'", "may not contain '%'"]);
});

test('leases last', () => {
  assert.deepEqual(refused(leases, { spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } }), [
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
  ]);
  assert.deepEqual(row(leases, { spec: { holderIdentity: 'me' } }), ['x', 'me', '60m']);
});

test('priority classes: limits, reserved names, and what stays', () => {
  assert.equal(decoded(priorityClasses, {}).preemptionPolicy, 'PreemptLowerPriority');
  assert.deepEqual(refused(priorityClasses, { value: 2000000000, preemptionPolicy: 'Perhaps' }), [
    'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    'preemptionPolicy: Unsupported value: "Perhaps": supported values: "PreemptLowerPriority", "Never"',
  ]);
  const reserved = "priority class names with 'system-' prefix are reserved for system use only. error:";
  assert.deepEqual(refused(priorityClasses, { metadata: { name: 'system-foo' } }), [
    `metadata.name: Forbidden: ${reserved} system-foo is not a known system priority class`,
  ]);
  const critical = { metadata: { name: 'system-node-critical' }, value: 2000001000 };
  assert.deepEqual(refused(priorityClasses, critical), []);
  assert.deepEqual(refused(priorityClasses, { ...critical, value: 5 }), [
    `metadata.name: Forbidden: ${reserved} value of system-node-critical PriorityClass must be 2000001000`,
  ]);
  assert.deepEqual(refusedChange(priorityClasses, { value: 5 }, { value: 6, preemptionPolicy: 'Never' }), [
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "Never": field is immutable',
  ]);
  assert.deepEqual(row(priorityClasses, { value: 7, globalDefault: true }), [
    'x',
    7,
    true,
    '60m',
    'PreemptLowerPriority',
  ]);
});
