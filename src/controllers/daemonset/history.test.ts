import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '#client/client.ts';
import { revisionHash, snapshotOf } from '#controllers/daemonset/snapshot.ts';
import {
  imageOf,
  newSet,
  numbers,
  podOn,
  podsOf,
  ref,
  setImage,
  withCluster,
} from '#controllers/daemonset/test-daemon-cluster.ts';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';
import type { ControllerRevision } from '#kinds/controller-revision/schema.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';

const hashLabel = 'controller-revision-hash';

async function revisions(client: Client): Promise<readonly ControllerRevision[]> {
  const { items } = await client.list(controllerRevisions, { namespace: 'default' });
  return items.toSorted((a, b) => a.revision - b.revision);
}

const numbered = async (client: Client): Promise<readonly number[]> =>
  (await revisions(client)).map(({ revision }) => revision);

test('as many old revisions are kept as the limit says, the newest', async () => {
  await withCluster({ nodes: 1 }, async (cluster, client) => {
    await client.create(daemonSets, newSet({ revisionHistoryLimit: 2 }));
    await cluster.advance(5_000);
    for (let tag = 2; tag <= 6; tag++) {
      await setImage(client, `example.com/d:${tag}`);
      await cluster.advance(60_000);
    }
    assert.deepEqual(await numbered(client), [4, 5, 6]);
    await client.patch(daemonSets, ref, { type: 'merge', body: { spec: { revisionHistoryLimit: 0 } } });
    await cluster.advance(5_000);
    assert.deepEqual(await numbered(client), [6]);
  });
});

test('a revision that a pod is still of is kept beyond the limit, as long as there is such a pod', async () => {
  await withCluster({ nodes: 2 }, async (cluster, client) => {
    await client.create(daemonSets, newSet({ revisionHistoryLimit: 0, updateStrategy: { type: 'OnDelete' } }));
    await cluster.advance(5_000);
    await setImage(client, 'example.com/d:2');
    await cluster.advance(5_000);
    for (const node of ['node-1', 'node-2']) {
      assert.deepEqual(await numbered(client), [1, 2]);
      await client.delete(pods, (await podOn(client, node)).metadata);
      await cluster.advance(60_000);
    }
    assert.deepEqual([await numbered(client), await numbers(client)], [[2], '2 2 2 2 2 / 0']);
  });
});

test('a template that is replaced before it is rolled out has its revision, and its pods are old ones', async () => {
  await withCluster({ nodes: 3 }, async (cluster, client) => {
    await client.create(daemonSets, newSet({}, {}, { ready: 5_000 }));
    await cluster.advance(10_000);
    await setImage(client, 'example.com/d:2');
    await cluster.advance(1_000);
    await setImage(client, 'example.com/d:3');
    await cluster.advance(60_000);
    assert.deepEqual(await numbered(client), [1, 2, 3]);
    assert.deepEqual((await podsOf(client)).map(imageOf), Array(3).fill('example.com/d:3'));
  });
});

test('a revision keeps what was said of the set when it was made, and belongs to it', async () => {
  await withCluster({ nodes: 1 }, async (cluster, client) => {
    const cause = { annotations: { 'kubernetes.io/change-cause': 'first' } };
    const set = newSet();
    const { metadata } = await client.create(daemonSets, { ...set, metadata: { ...ref, ...cause } });
    await cluster.advance(5_000);
    const renewed = { metadata: { annotations: { 'kubernetes.io/change-cause': 'second' } } };
    await client.patch(daemonSets, ref, { type: 'merge', body: renewed });
    await cluster.advance(5_000);
    const [first] = await revisions(client);
    assert.equal(first?.metadata.annotations?.['kubernetes.io/change-cause'], 'first');
    assert.deepEqual(first?.metadata.ownerReferences, [
      {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        name: 'd',
        uid: metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    const hash = (await podOn(client, 'node-1')).metadata.labels?.[hashLabel];
    assert.deepEqual([first?.metadata.name, first?.metadata.labels], [`d-${hash}`, { app: 'd', [hashLabel]: hash }]);
  });
});

test('a set’s own revision can have the name that its next template would take', async () => {
  await withCluster({ nodes: 1 }, async (cluster, client) => {
    const { spec } = await client.create(daemonSets, newSet());
    await cluster.advance(5_000);
    const [own] = await revisions(client);
    const next: PodTemplateSpec = {
      ...spec.template,
      spec: { ...spec.template.spec, terminationGracePeriodSeconds: 1 },
    };
    const hash = revisionHash(snapshotOf(next), undefined);
    assert.ok(own !== undefined);
    const { namespace, ownerReferences = [] } = own.metadata;
    const metadata = { namespace, ownerReferences, name: `d-${hash}`, labels: { app: 'd', [hashLabel]: hash } };
    await client.create(controllerRevisions, { metadata, data: own.data, revision: 2 });
    const body = { spec: { template: { spec: { terminationGracePeriodSeconds: 1 } } } };
    await client.patch(daemonSets, ref, { type: 'strategic', body });
    await cluster.advance(60_000);
    assert.equal((await client.get(daemonSets, ref)).status.collisionCount, 1);
    const pod = await podOn(client, 'node-1');
    assert.equal(pod.spec.terminationGracePeriodSeconds, 1);
    assert.notEqual(pod.metadata.labels?.[hashLabel], hash);
    assert.equal(await numbers(client), '1 1 1 1 1 / 0');
  });
});

test('a revision that has lost its label gets its own name as its hash, and one that is deleted comes back', async () => {
  await withCluster({ nodes: 1 }, async (cluster, client) => {
    await client.create(daemonSets, newSet());
    await cluster.advance(5_000);
    const [own] = await revisions(client);
    assert.ok(own !== undefined);
    const body = { metadata: { labels: { [hashLabel]: null } } };
    await client.patch(controllerRevisions, own.metadata, { type: 'merge', body });
    await cluster.advance(5_000);
    assert.equal((await revisions(client))[0]?.metadata.labels?.[hashLabel], own.metadata.name);
    await client.delete(controllerRevisions, own.metadata);
    await cluster.advance(60_000);
    assert.deepEqual(await numbered(client), [1]);
    assert.equal((await revisions(client))[0]?.metadata.labels?.[hashLabel], own.metadata.labels?.[hashLabel]);
    assert.equal(await numbers(client), '1 1 1 1 1 / 0');
  });
});

test('pods left behind count as new for a successor with another template: both have changed it once', async () => {
  await withCluster({ nodes: 2 }, async (cluster, client) => {
    await client.create(daemonSets, newSet());
    await cluster.advance(5_000);
    const before = (await podsOf(client)).map(({ metadata }) => metadata.uid).toSorted();
    await client.delete(daemonSets, ref, { propagationPolicy: 'Orphan' });
    await cluster.advance(5_000);
    await client.create(daemonSets, newSet({}, { terminationGracePeriodSeconds: 7 }));
    await cluster.advance(60_000);
    assert.deepEqual((await podsOf(client)).map(({ metadata }) => metadata.uid).toSorted(), before);
    assert.equal(await numbers(client), '2 2 2 2 2 / 0');
  });
});

test('a user may add to the revisions of a set, and take away, and no pod is restarted for it', async () => {
  await withCluster({ nodes: 2 }, async (cluster, client) => {
    await client.create(daemonSets, newSet());
    await cluster.advance(5_000);
    const uids = async () => (await podsOf(client)).map(({ metadata }) => metadata.uid).toSorted();
    const before = await uids();
    const [first] = await revisions(client);
    assert.ok(first !== undefined);
    const mark = (name: string, value: string): Promise<unknown> =>
      client.patch(
        controllerRevisions,
        { namespace: 'default', name },
        { type: 'strategic', body: { metadata: { labels: { marked: value } } } },
      );
    await mark(first.metadata.name, 'patched');
    await cluster.advance(0);
    const { namespace, ownerReferences = [] } = first.metadata;
    const metadata = { namespace, ownerReferences, name: 'd-twin', labels: { app: 'd', [hashLabel]: 'twin' } };
    await client.create(controllerRevisions, { metadata, data: first.data, revision: 2 });
    await cluster.advance(5_000);
    assert.deepEqual(await numbered(client), [1, 2], 'what is new and has its owner is left alone until there is news');
    await client.delete(controllerRevisions, first.metadata);
    await cluster.advance(5_000);
    await mark('d-twin', 'updated');
    await cluster.advance(5_000);
    assert.deepEqual([await numbered(client), await uids()], [[2], before]);
    const spec = { template: { spec: { terminationGracePeriodSeconds: 1 } } };
    const body = { spec, updateStrategy: { type: 'RollingUpdate' } };
    await client.patch(daemonSets, ref, { type: 'strategic', body });
    await cluster.advance(60_000);
    assert.deepEqual(await numbered(client), [2, 3]);
    await client.deleteCollection(controllerRevisions, { namespace, labelSelector: 'marked=updated' });
    await cluster.advance(5_000);
    assert.deepEqual([await numbered(client), await numbers(client)], [[3], '2 2 2 2 2 / 0']);
  });
});
