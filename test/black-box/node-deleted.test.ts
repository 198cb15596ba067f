import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient } from '#client/remote-client.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { daemonManifest, nodeOf } from './daemons.ts';
import { type History, watchHistory } from './history.ts';
import { succeeding } from './succeeding.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'sampan-node-deleted-'));
let running: TestCluster | undefined;
after(async () => {
  await running?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The numbers of pods that a DaemonSet is to have and has, as its status said them one after the other. */
function numbersOf(history: History<DaemonSet>): readonly string[] {
  return history.events.map(
    ({ object: { status } }) => `${status.desiredNumberScheduled} ${status.currentNumberScheduled}`,
  );
}

/** Uses a cluster of so many nodes on the data of the last one. */
async function withNodes(
  nodes: number,
  use: (cluster: TestCluster, sets: History<DaemonSet>, history: History<Pod>) => Promise<void>,
): Promise<void> {
  const cluster = await startCluster({ args: ['up', '--nodes', String(nodes)], dataDir });
  running = cluster;
  const client = createRemoteClient({ ...(await readKubeconfig(cluster.kubeconfig)), userAgent: 'test' });
  try {
    const sets = await watchHistory(client, daemonSets, { namespace: 'default' });
    await use(cluster, sets, await watchHistory(client, pods, { namespace: 'default' }));
  } finally {
    client.close();
    await cluster.stop();
    running = undefined;
  }
}

test('a Node that is deleted while its agent runs comes back, and its pod has run on', async () => {
  await withNodes(4, async (cluster, sets, history) => {
    const kubectl = succeeding(cluster, 'v35');
    await kubectl('create', '-f', daemonManifest(cluster, 'logs', 0));
    await kubectl('rollout', 'status', 'ds/logs', '--timeout=60s');
    const uids = [...history.current().values()].map(({ metadata }) => metadata.uid).toSorted();
    assert.match(await kubectl('delete', 'node', 'node-2'), /^node "node-2" deleted/);
    await sets.until('it is not wanted there', () => numbersOf(sets).at(-1) === '3 3');
    await sets.until('it is wanted there again', () => numbersOf(sets).at(-1) === '4 4');
    assert.deepEqual([...history.current().values()].map(({ metadata }) => metadata.uid).toSorted(), uids);
  });
});

test('a Node that is deleted when its machine is gone takes its pod along', { timeout: 180_000 }, async () => {
  await withNodes(3, async (cluster, sets, history) => {
    const kubectl = succeeding(cluster, 'v35');
    await history.until('all pods are seen, as nobody knows yet', ({ current }) => current().size === 4);
    await kubectl('delete', 'node', 'node-4');
    await sets.until('it is not wanted there', () => numbersOf(sets).at(-1) === '3 3');
    await history.until(
      'the pod is given up',
      ({ current }) => [...current().values()].every((pod) => nodeOf(pod) !== 'node-4'),
      120_000,
    );
    await kubectl('rollout', 'status', 'ds/logs', '--timeout=60s');
    assert.match(await kubectl('get', 'ds', 'logs'), /^logs +3 +3 +3 +3 +3 /m);
  });
});
