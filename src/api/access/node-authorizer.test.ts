import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attributes, User } from '#api/api.ts';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { volumeAttachments } from '#kinds/volume-attachment/volume-attachment.ts';
import { podReferences, volumeSecrets } from './pod-references.ts';

const node: User = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };

const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

async function start() {
  const harness = await Harness.start();
  const volumes = [{ name: 'v', secret: { secretName: 'wanted' } }];
  await harness.pod('mine', { nodeName: 'n1', volumes });
  await harness.pod('other', { nodeName: 'n2', volumes: [{ name: 'v', secret: { secretName: 'theirs' } }] });
  const context = { ...harness.context, user: node };
  const may = (verb: string, plural: string, more: Partial<Attributes> = {}) =>
    harness.api.authorize(context, { verb, group: '', plural, namespace, ...more });
  const why = async (...asked: Parameters<typeof may>) =>
    /(?:scope|"): (.*)$/.exec((await refusal(may(...asked))).message)?.[1];
  return { harness, may, why };
}

test('a node reads the secrets of its own pods, one by one', async () => {
  const { may, why } = await start();
  await may('get', 'secrets', { name: 'wanted' });
  await may('watch', 'secrets', { name: 'wanted' });
  assert.equal(
    await why('get', 'secrets', { name: 'theirs' }),
    "no relationship found between node 'n1' and this object",
  );
  assert.equal(await why('list', 'secrets'), 'No Object name found');
  assert.match((await why('list', 'secrets', { namespace: undefined })) ?? '', /^can only read namespaced object/);
  assert.equal(await why('delete', 'secrets', { name: 'wanted' }), 'can only read resources of this type');
});

test('a node reads the claims of its own pods and the volumes bound to them', async () => {
  const harness = await Harness.start();
  const ephemeral = { volumeClaimTemplate: { metadata: {}, spec: claimSpec } };
  const volumes = [
    { name: 'v', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'e', ephemeral },
  ];
  await harness.pod('mine', { nodeName: 'n1', volumes });
  const secretRef = { name: 'key', namespace: 'kube-system' };
  for (const name of ['data', 'other']) {
    const { capacity, flexVolume, accessModes } = {
      capacity: { storage: '1Gi' },
      flexVolume: { driver: 'a/b', secretRef: { ...secretRef, name: `key-of-${name}` } },
      ...claimSpec,
    };
    const spec = { capacity, flexVolume, accessModes, claimRef: { namespace, name } };
    await harness.client.create(persistentVolumes, { metadata: { name: `of-${name}` }, spec });
  }
  const context = { ...harness.context, user: node };
  const may = (plural: string, name: string, verb = 'get') =>
    harness.api.authorize(context, {
      verb,
      group: '',
      plural,
      name,
      namespace: plural.endsWith('claims') ? namespace : undefined,
    });
  await may('persistentvolumeclaims', 'data');
  await may('persistentvolumeclaims', 'mine-e');
  await may('persistentvolumes', 'of-data');
  const secret = { verb: 'get', group: '', plural: 'secrets', namespace: 'kube-system' };
  await harness.api.authorize(context, { ...secret, name: 'key-of-data' });
  await refusal(harness.api.authorize(context, { ...secret, name: 'key-of-other' }));
  assert.match(
    (await refusal(may('persistentvolumes', 'of-other'))).message,
    /no relationship found between node 'n1'/,
  );
  assert.match((await refusal(may('persistentvolumes', 'none'))).message, /no relationship found between node 'n1'/);
  assert.match((await refusal(may('persistentvolumes', 'of-data', 'delete'))).message, /can only get individual/);
});

test('a node sees itself and its own pods alone', async () => {
  const { may, why } = await start();
  await may('get', 'nodes', { namespace: undefined, name: 'n1' });
  await may('update', 'nodes', { namespace: undefined, name: 'n1', subresource: 'status' });
  const all = await why('list', 'nodes', { namespace: undefined });
  assert.equal(all, "node 'n1' cannot read all nodes, only its own Node object");
  await may('get', 'pods', { name: 'mine' });
  await may('list', 'pods', { fieldSelector: 'status.phase!=Failed,spec.nodeName=n1' });
  assert.match((await why('get', 'pods', { name: 'other' })) ?? '', /^no relationship/);
  const elsewhere = await why('watch', 'pods', { fieldSelector: 'spec.nodeName=n2' });
  assert.equal(elsewhere, 'can only list/watch pods with spec.nodeName field selector');
});

test('a node gets tokens for the accounts of its pods, and keeps its own lease', async () => {
  const { may, why } = await start();
  await may('create', 'serviceaccounts', { name: 'default', subresource: 'token' });
  const token = await why('create', 'serviceaccounts', { name: 'other', subresource: 'token' });
  assert.match(token ?? '', /^no relationship/);
  const group = 'coordination.k8s.io';
  await may('update', 'leases', { group, namespace: 'kube-node-lease', name: 'n1' });
  assert.match((await why('update', 'leases', { group, name: 'n1' })) ?? '', /^can only access leases in the/);
  await may('create', 'events');
  await refusal(may('create', 'configmaps'));
});

test('subresources are not reached through the object they belong to', async () => {
  const { may, why } = await start();
  const bare = /at the cluster scope$|in the namespace "default"$/;
  const own = { namespace: undefined, name: 'n1' };
  for (const subresource of ['proxy', 'log']) {
    assert.match((await refusal(may('get', 'nodes', { ...own, subresource }))).message, bare);
    assert.match((await refusal(may('get', 'pods', { name: 'mine', subresource }))).message, bare);
  }
  assert.equal(await why('get', 'secrets', { name: 'wanted', subresource: 'x' }), 'cannot read subresource');
  await may('patch', 'pods', { name: 'mine', subresource: 'status' });
  await may('create', 'pods', { name: 'mine', subresource: 'eviction' });
  await refusal(may('patch', 'pods', { name: 'mine' }));
  await may('get', 'serviceaccounts', { name: 'default' });
  assert.match((await why('get', 'serviceaccounts', { name: 'other' })) ?? '', /^no relationship/);
});

test('kinds of storage and devices have rules of their own', async () => {
  const { harness, may, why } = await start();
  const storage = { group: 'storage.k8s.io', namespace: undefined };
  await may('update', 'csinodes', { ...storage, name: 'n1' });
  assert.match((await why('update', 'csinodes', { ...storage, name: 'n2' })) ?? '', /^can only access CSINode with/);
  assert.match((await why('get', 'volumeattachments', { ...storage, name: 'a' })) ?? '', /^no relationship/);
  for (const nodeName of ['n1', 'n2']) {
    const spec = { attacher: 'driver.example', nodeName, source: { persistentVolumeName: 'v' } };
    await harness.client.create(volumeAttachments, { metadata: { name: `to-${nodeName}` }, spec });
  }
  await may('get', 'volumeattachments', { ...storage, name: 'to-n1' });
  assert.match((await why('get', 'volumeattachments', { ...storage, name: 'to-n2' })) ?? '', /^no relationship/);
  const devices = { group: 'resource.k8s.io', namespace: undefined };
  await may('list', 'resourceslices', { ...devices, fieldSelector: 'spec.nodeName=n1' });
  assert.match((await why('list', 'resourceslices', devices)) ?? '', /with nodeName field selector$/);
});

test('the secrets that a volume needs on the node are found, in the namespaces they are in', () => {
  const ref = (name: string, namespace?: string) => ({ name, namespace });
  const csi = { driver: 'd', controllerPublishSecretRef: ref('c', 'x'), nodeStageSecretRef: ref('s', 'x') };
  const spec = { claimRef: { namespace: 'n', name: 'p' }, csi, cephfs: { monitors: [], secretRef: ref('r') } };
  assert.deepEqual(volumeSecrets({ spec } as never), [
    { name: 's', namespace: 'x' },
    { name: 'r', namespace: 'n' },
  ]);
  assert.deepEqual(volumeSecrets({ spec: { csi } } as never), [], 'nobody uses it');
});

test('everything that a pod names is found', () => {
  const ref = (name: string) => ({ name });
  const container = {
    name: 'c',
    env: [
      { name: 'a', valueFrom: { secretKeyRef: { ...ref('s1'), key: 'k' } } },
      { name: 'b', valueFrom: { configMapKeyRef: { ...ref('c1'), key: 'k' } } },
    ],
    envFrom: [{ secretRef: ref('s2') }, { configMapRef: ref('c2') }],
  };
  const volumes = [
    { name: '1', secret: { secretName: 's3' } },
    { name: '2', configMap: ref('c3') },
    { name: '3', projected: { sources: [{ secret: ref('s4') }, { configMap: ref('c4') }] } },
    { name: '4', csi: { driver: 'd', nodePublishSecretRef: ref('s5') } },
    { name: '5', persistentVolumeClaim: { claimName: 'p1' } },
  ];
  const spec = { initContainers: [container], containers: [], volumes, imagePullSecrets: [ref('s6')] };
  const found = podReferences({ spec } as never);
  assert.deepEqual([...found.secrets].toSorted(), ['s1', 's2', 's3', 's4', 's5', 's6']);
  assert.deepEqual([...found.configmaps].toSorted(), ['c1', 'c2', 'c3', 'c4']);
  assert.deepEqual([...found.persistentvolumeclaims], ['p1']);
});
