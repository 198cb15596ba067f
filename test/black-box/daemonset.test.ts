import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { daemonManifest, nodeOf, readyNodes } from './daemons.ts';
import { type History, watchHistory } from './history.ts';
import { succeeding } from './succeeding.ts';

const four = ['node-1', 'node-2', 'node-3', 'node-4'];
const header = /^NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE$/m;

/** One DaemonSet on four nodes of one machine; each test goes on where the last one ended. */
describe('a DaemonSet on four nodes', () => {
  let cluster: TestCluster;
  let client: RemoteClient;
  let history: History<Pod>;
  let kubectl: ReturnType<typeof succeeding>;
  before(async () => {
    cluster = await startCluster({ args: ['up', '--nodes', '4'] });
    client = createRemoteClient({ ...(await readKubeconfig(cluster.kubeconfig)), userAgent: 'test' });
    kubectl = succeeding(cluster, 'v35');
    history = await watchHistory(client, pods, { namespace: 'default', labelSelector: 'app=logs' });
  });
  after(async () => {
    client.close();
    await cluster.stop();
  });

  /** The pod of a node that is not on its way out. */
  function podOn(node: string): Pod {
    const found = [...history.current().values()].find(
      (pod) => nodeOf(pod) === node && pod.metadata.deletionTimestamp === undefined,
    );
    assert.ok(found, `${node} has a pod`);
    return found;
  }

  function untilReadyOn(nodes: readonly string[]): Promise<void> {
    return history.until(
      `${nodes.join(', ')} have a Ready pod, and no other`,
      ({ current }) => current().size === nodes.length && readyNodes(current().values()).join() === nodes.join(),
    );
  }

  test('goes from none to four in every column, on every node one', async () => {
    const watch = cluster.watch('v35', 'get', 'ds', '--watch');
    assert.equal(await kubectl('create', '-f', daemonManifest(cluster, 'logs', 0)), 'daemonset.apps/logs created\n');
    await watch.until(/^logs +4 +4 +4 +4 +4 /m);
    await watch.stop();
    assert.match(watch.output(), header);
    const rows = [...watch.output().matchAll(/^logs +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +<none> +\d+s$/gm)];
    assert.deepEqual(rows[0]?.slice(1), ['0', '0', '0', '0', '0']);
    for (const column of [1, 2, 3, 4, 5]) {
      const numbers = rows.map((row) => Number(row[column]));
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        'no number ever sinks',
      );
    }
    assert.deepEqual([...history.current().values()].map(nodeOf).toSorted(), four);
    const wide = await kubectl('get', 'ds', '-o', 'wide');
    assert.match(wide, /^logs .* <none> +\d+s +main +example\.com\/daemon:1 +app=logs$/m);
  });

  test('a pod deleted by hand is replaced on its node', async () => {
    const { name } = podOn('node-2').metadata;
    assert.equal(await kubectl('delete', 'pod', name), `pod "${name}" deleted from default namespace\n`);
    await untilReadyOn(four);
    assert.notEqual(podOn('node-2').metadata.name, name);
    assert.match(await kubectl('get', 'ds', 'logs'), /^logs +4 +4 +4 +4 +4 /m);
  });

  test('kill -9 of its process is a restart in the same pod', async () => {
    const { name } = podOn('node-3').metadata;
    process.kill(Number(readFileSync(path.join(cluster.dataDir, 'logs.node-3'), 'utf8')), 'SIGKILL');
    await history.until('the container is Ready again', ({ current }) => {
      const [container] = current().get(name)?.status.containerStatuses ?? [];
      return container?.restartCount === 1 && container.ready;
    });
    const [container] = podOn('node-3').status.containerStatuses ?? [];
    assert.equal(container?.lastState?.terminated?.exitCode, 137);
    assert.match(await kubectl('get', 'pods', name), new RegExp(`^${name} +1/1 +Running +1 \\(\\d+s ago\\) `, 'm'));
  });

  test('a node selector leaves pods on the nodes that are labelled, and follows the labels', async () => {
    await kubectl('label', 'node', 'node-1', 'node-3', 'logs=yes');
    const select = (value: string): Promise<string> =>
      kubectl('patch', 'ds', 'logs', '-p', `{"spec":{"template":{"spec":{"nodeSelector":{"logs":${value}}}}}}`);
    await select('"yes"');
    await untilReadyOn(['node-1', 'node-3']);
    await kubectl('rollout', 'status', 'ds/logs', '--timeout=30s');
    assert.match(await kubectl('get', 'ds', 'logs'), /^logs +2 +2 +2 +2 +2 +logs=yes +/m);
    await kubectl('label', 'node', 'node-4', 'logs=yes');
    await kubectl('label', 'node', 'node-1', 'logs-');
    await untilReadyOn(['node-3', 'node-4']);
    await select('null');
    await untilReadyOn(four);
    await kubectl('rollout', 'status', 'ds/logs', '--timeout=30s');
  });

  test('deleting a DaemonSet takes its pods and their processes along', async () => {
    await kubectl('create', '-f', daemonManifest(cluster, 'brief', 0));
    await kubectl('rollout', 'status', 'ds/brief', '--timeout=30s');
    const pids = four.map((node) => Number(readFileSync(path.join(cluster.dataDir, `brief.${node}`), 'utf8')));
    assert.equal(await kubectl('delete', 'ds', 'brief'), 'daemonset.apps "brief" deleted from default namespace\n');
    await kubectl('wait', '--for=delete', 'pod', '-l', 'app=brief', '--timeout=30s');
    for (const pid of pids) assert.throws(() => process.kill(pid, 0), /ESRCH/);
  });
});
