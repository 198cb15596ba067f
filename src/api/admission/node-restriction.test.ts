import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeUser } from '#api/access/node-identity.ts';
import { createLocalClient } from '#api/local-client.ts';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import type { Client } from '#client/client.ts';
import { csiNodes } from '#kinds/csi-node/csi-node.ts';
import { leases } from '#kinds/lease/lease.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { clusterRoleBindings } from '#kinds/rbac/bindings.ts';
import { clusterRoles } from '#kinds/rbac/roles.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';

const mirror = { 'kubernetes.io/config.mirror': 'abc' };

/** A cluster with the Node n1 and one pod on it; `n1` is a client in its name, which only admission stands in the way of. */
async function start() {
  const harness = await Harness.start();
  const as = (name: string): Client =>
    createLocalClient({ ...harness.api, authorize: async () => {} }, nodeUser(name), 'kubelet');
  const n1 = as('n1');
  const node = await n1.create(nodes, { metadata: { name: 'n1', labels: { 'kubernetes.io/os': 'linux' } }, spec: {} });
  const mine = await harness.pod('mine', { nodeName: 'n1' });
  const other = await harness.pod('other', { nodeName: 'n2' });
  return { harness, as, n1, node, mine, other };
}

async function why(work: Promise<unknown>): Promise<string> {
  const { code, reason, message } = await refusal(work);
  assert.deepEqual([code, reason], [403, 'Forbidden']);
  return message;
}

test('a node makes and changes its own Node alone', async () => {
  const { as, n1 } = await start();
  const own = { metadata: { name: 'n2' }, spec: {} };
  assert.equal(
    await why(n1.create(nodes, own)),
    'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"',
  );
  await as('n2').create(nodes, own);
  const patch = { type: 'merge', body: { status: { phase: 'x' } } } as const;
  await n1.patch(nodes, { name: 'n1' }, patch, { subresource: 'status' });
  const other = n1.patch(nodes, { name: 'n2' }, patch, { subresource: 'status' });
  assert.match(await why(other), /node "n1" is not allowed to modify node "n2"$/);
  assert.match(await why(n1.delete(nodes, { name: 'n2' })), /node "n1" is not allowed to modify node "n2"$/);
});

test('a node names none of the labels that keep pods away from machines', async () => {
  const { as, n1 } = await start();
  const labels = {
    'kubernetes.io/hostname': 'n3',
    'node.kubernetes.io/anything': 'x',
    'x.kubelet.kubernetes.io/y': 'x',
    'example.com/free': 'x',
    plain: 'x',
    'node-restriction.kubernetes.io/fips': 'true',
    'kubernetes.io/role': 'master',
    'a.k8s.io/b': 'x',
  };
  const message = await why(as('n3').create(nodes, { metadata: { name: 'n3', labels }, spec: {} }));
  const listed = 'a.k8s.io/b, kubernetes.io/role, node-restriction.kubernetes.io/fips';
  assert.equal(message, `nodes "n3" is forbidden: node "n3" is not allowed to set the following labels: ${listed}`);
  const change = (given: object) =>
    n1.patch(nodes, { name: 'n1' }, { type: 'merge', body: { metadata: { labels: given } } });
  await change({ 'topology.kubernetes.io/zone': 'z', mine: 'x' });
  assert.equal(
    await why(change({ 'sub.node-restriction.kubernetes.io/x': '1' })),
    'nodes "n1" is forbidden: is not allowed to modify labels: sub.node-restriction.kubernetes.io/x',
  );
});

test('a node keeps its taints and has no owner', async () => {
  const { n1, harness } = await start();
  const change = (body: object) => n1.patch(nodes, { name: 'n1' }, { type: 'merge', body });
  assert.equal(
    await why(change({ spec: { taints: [] } })),
    'nodes "n1" is forbidden: node "n1" is not allowed to modify taints',
  );
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'u' };
  const owned = change({ metadata: { ownerReferences: [owner] } });
  assert.match(await why(owned), /node "n1" is not allowed to modify ownerReferences$/);
  const taints = [{ key: 'k', effect: 'NoSchedule' }];
  await harness.client.patch(nodes, { name: 'n1' }, { type: 'merge', body: { spec: { taints } } });
  await change({ metadata: { annotations: { a: 'b' } } });
});

test('a node makes mirror pods only: of its own, owned by it, and referring to nothing', async () => {
  const { n1, node } = await start();
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: node.metadata.uid, controller: true };
  const make = (spec: object, metadata: object) =>
    n1.create(pods, {
      metadata: { name: 'static', namespace, annotations: mirror, ownerReferences: [owner], ...metadata },
      spec: { containers: [{ name: 'c', image: 'i', resources: {} }], nodeName: 'n1', ...spec },
    });
  const refused: readonly (readonly [object, object, string])[] = [
    [
      {},
      { annotations: {} },
      'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
    ],
    [{ nodeName: 'n2' }, {}, 'node "n1" can only create pods with spec.nodeName set to itself'],
    [{}, { ownerReferences: [] }, 'node "n1" can only create pods with an owner reference set to itself'],
    [
      {},
      { ownerReferences: [owner, { ...owner, uid: 'v', controller: false }] },
      'node "n1" can only create pods with a single owner reference set to itself',
    ],
    [
      {},
      { ownerReferences: [{ ...owner, name: 'n2' }] },
      'node "n1" can only create pods with an owner reference set to itself',
    ],
    [
      {},
      { ownerReferences: [{ ...owner, controller: false }] },
      'node "n1" can only create pods with a controller owner reference set to itself',
    ],
    [
      {},
      { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] },
      'node "n1" must not set blockOwnerDeletion on an owner reference',
    ],
    [
      {},
      { ownerReferences: [{ ...owner, uid: 'other' }] },
      `node n1 UID mismatch: expected other got ${node.metadata.uid}`,
    ],
    [
      { volumes: [{ name: 'v', configMap: { name: 'cm' } }] },
      {},
      'node "n1" can not create pods that reference configmaps',
    ],
    [{ imagePullSecrets: [{ name: 's' }] }, {}, 'a mirror pod may not reference secrets'],
    [
      { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] },
      {},
      'node "n1" can not create pods that reference persistentvolumeclaims',
    ],
  ];
  for (const [spec, metadata, reason] of refused) {
    assert.equal(await why(make(spec, metadata)), `pods "static" is forbidden: ${reason}`);
  }
  await make({}, {});
});

test('a node says how its own pods fare, deletes and evicts them, and leaves those of others alone', async () => {
  const { n1, harness } = await start();
  const phase = (name: string, body: object) =>
    n1.patch(pods, { namespace, name }, { type: 'strategic', body }, { subresource: 'status' });
  await phase('mine', { status: { phase: 'Running' } });
  assert.equal(
    await why(phase('other', { status: { phase: 'Running' } })),
    'pods "other" is forbidden: node "n1" can only update pod status for pods with spec.nodeName set to itself',
  );
  const relabelled = phase('mine', { metadata: { labels: { a: 'b' } } });
  assert.match(await why(relabelled), /node "n1" cannot update labels through pod status$/);
  const main = n1.patch(
    pods,
    { namespace, name: 'mine' },
    { type: 'merge', body: { metadata: { labels: { a: 'b' } } } },
  );
  assert.match(await why(main), /unexpected operation "UPDATE", node "n1" can only create and delete mirror pods$/);
  const evict = (name: string) =>
    n1.createSubresource(pods as never, { namespace, name }, 'eviction', { metadata: { namespace, name } });
  assert.match(await why(evict('other')), /^pods "other" is forbidden: node n1 can only evict pods with spec.nodeName/);
  assert.equal((await refusal(evict('none'))).message, 'pod "none" not found');
  const bind = n1.createSubresource(pods as never, { namespace, name: 'mine' }, 'binding', {
    metadata: { namespace, name: 'mine' },
    target: { kind: 'Node', name: 'n1' },
  });
  assert.match(await why(bind), /unexpected pod subresource "binding", only 'status' and 'eviction' are allowed$/);
  const foreign = n1.delete(pods, { namespace, name: 'other' });
  assert.match(await why(foreign), /node "n1" can only delete pods with spec.nodeName set to itself$/);
  await evict('mine');
  await harness.pod('next', { nodeName: 'n1' });
  await n1.delete(pods, { namespace, name: 'next' }, { gracePeriodSeconds: 0 });
});

test('a node gets a token only for a pod of its own, and for whom that pod wants to speak to', async () => {
  const { n1, mine, other, harness } = await start();
  const ask = (spec: object) =>
    n1.createSubresource(serviceAccounts as never, { namespace, name: 'default' }, 'token', { metadata: {}, spec });
  const bound = ({ metadata }: typeof mine, more: object = {}) => ({
    boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid, ...more },
  });
  const head = 'serviceaccounts "default" is forbidden: ';
  assert.equal(await why(ask({ audiences: [] })), `${head}node requested token not bound to a pod`);
  assert.equal(
    await why(ask({ audiences: [], ...bound(mine, { uid: '' }) })),
    `${head}node requested token with a pod binding without a uid`,
  );
  assert.match(
    await why(ask({ audiences: [], ...bound(mine, { uid: 'x' }) })),
    /\(x\) does not match the UID in record\./,
  );
  assert.equal(
    await why(ask({ audiences: [], ...bound(other) })),
    `${head}node requested token bound to a pod scheduled on a different node`,
  );
  assert.equal(
    await why(ask({ audiences: ['a', 'b'], ...bound(mine) })),
    `${head}node may only request 0 or 1 audiences`,
  );
  const vault = ask({ audiences: ['vault'], ...bound(mine) });
  assert.equal(
    await why(vault),
    `${head}audience "vault" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience`,
  );
  await ask({ audiences: [], ...bound(mine) });
  const rules = [{ verbs: ['request-serviceaccounts-token-audience'], apiGroups: [''], resources: ['vault'] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'vault' };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }];
  await harness.client.create(clusterRoles, { metadata: { name: 'vault' }, rules });
  await harness.client.create(clusterRoleBindings, { metadata: { name: 'vault' }, roleRef, subjects });
  await ask({ audiences: ['vault'], ...bound(mine) });
});

test('a node tells of its own storage drivers alone', async () => {
  const { as, n1 } = await start();
  const driver = { name: 'driver.example', nodeID: 'x', topologyKeys: null };
  const make = (client: Client, name: string) =>
    client.create(csiNodes, { metadata: { name }, spec: { drivers: [driver] } });
  const another = /can only access CSINode with the same name as the requesting node$/;
  assert.match(await why(make(n1, 'n2')), another);
  await make(n1, 'n1');
  await make(as('n2'), 'n2');
  assert.match(await why(n1.delete(csiNodes, { name: 'n2' })), another);
  await n1.delete(csiNodes, { name: 'n1' });
});

test('a node renews its own lease alone', async () => {
  const { n1 } = await start();
  const lease = (space: string, name: string) => n1.create(leases, { metadata: { namespace: space, name }, spec: {} });
  assert.match(await why(lease('default', 'n1')), /can only access leases in the "kube-node-lease" system namespace$/);
  const another = 'can only access node lease with the same name as the requesting node';
  assert.match(await why(lease('kube-node-lease', 'n2')), new RegExp(`${another}$`));
  await lease('kube-node-lease', 'n1');
});

test('who is in the group of nodes and is not a node by name is not restricted; a node without a name is refused', async () => {
  const { harness, as } = await start();
  const someone = createLocalClient(
    { ...harness.api, authorize: async () => {} },
    { name: 'bob', groups: ['system:nodes'] },
    'x',
  );
  await someone.create(nodes, { metadata: { name: 'any' }, spec: {} });
  const nameless = as('').create(nodes, { metadata: { name: 'x' }, spec: {} });
  assert.match(await why(nameless), /could not determine node from user "system:node:"$/);
});
