import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { isTerminalPhase } from '#kinds/pod/phase.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { daemonManifest, imageOf, nodeOf, readyNodes } from './daemons.ts';
import { type History, type Seen, watchHistory } from './history.ts';
import { succeeding } from './succeeding.ts';

const four = ['node-1', 'node-2', 'node-3', 'node-4'];
const image = (tag: number): string => `example.com/daemon:${tag}`;

/** What there was after each event: the pods by name. */
function* moments(before: readonly Pod[], events: readonly Seen<Pod>[]): Generator<readonly Pod[]> {
  const there = new Map(before.map((pod) => [pod.metadata.name, pod]));
  for (const { type, object } of events) {
    if (type === 'DELETED') there.delete(object.metadata.name);
    else there.set(object.metadata.name, object);
    yield [...there.values()];
  }
}

/** Nodes that have more than one pod, counting those on their way out until they have stopped. */
function doubled(there: readonly Pod[]): readonly string[] {
  const running = there.filter(({ status }) => !isTerminalPhase(status.phase));
  return four.filter((node) => running.filter((pod) => nodeOf(pod) === node).length > 1);
}

/** One DaemonSet on four nodes; each test goes on where the last one ended. */
describe('a rollout on four nodes', () => {
  let cluster: TestCluster;
  let client: RemoteClient;
  let history: History<Pod>;
  let sets: History<DaemonSet>;
  let kubectl: ReturnType<typeof succeeding>;
  before(async () => {
    cluster = await startCluster({ args: ['up', '--nodes', '4'] });
    client = createRemoteClient({ ...(await readKubeconfig(cluster.kubeconfig)), userAgent: 'test' });
    kubectl = succeeding(cluster, 'v32');
    history = await watchHistory(client, pods, { namespace: 'default', labelSelector: 'app=web' });
    sets = await watchHistory(client, daemonSets, { namespace: 'default' });
    await kubectl('create', '-f', daemonManifest(cluster, 'web', 1));
    await kubectl('rollout', 'status', 'ds/web', '--timeout=60s');
  });
  after(async () => {
    client.close();
    await cluster.stop();
  });

  /** Does `change`, waits for its rollout, and gives what kubectl said of it and what there was from event to event. */
  async function rollout(change: () => Promise<unknown>) {
    const before = [...history.current().values()];
    const from = history.events.length;
    await change();
    const said = await kubectl('rollout', 'status', 'ds/web', '--timeout=60s');
    await history.until('all pods are Ready', () => readyNodes(history.current().values()).join() === four.join());
    return { said, seen: [...moments(before, history.events.slice(from))] };
  }

  function setImage(tag: number): Promise<string> {
    return kubectl('set', 'image', 'ds/web', `main=${image(tag)}`);
  }

  function images(): readonly string[] {
    return [...history.current().values()].map(imageOf);
  }

  /** Has the strategy changed, and waits until the controller knows. */
  async function setStrategy(strategy: object): Promise<void> {
    const patch = JSON.stringify([{ op: 'replace', path: '/spec/updateStrategy', value: strategy }]);
    await kubectl('patch', 'ds', 'web', '--type=json', '-p', patch);
    await untilObserved();
  }

  function untilObserved(): Promise<void> {
    return sets.until('the controller has seen the newest spec', ({ current }) => {
      const set = current().get('web');
      return set !== undefined && set.status.observedGeneration === set.metadata.generation;
    });
  }

  test('replaces one pod at a time: the old one goes before the new one comes, and the next only when that is Ready', async () => {
    const { said, seen } = await rollout(() => setImage(2));
    assert.deepEqual(images(), Array(4).fill(image(2)));
    for (const there of seen) {
      assert.deepEqual(doubled(there), []);
      assert.ok(readyNodes(there).length >= 3, 'at most one node has no Ready pod');
    }
    assert.ok(
      seen.some((there) => there.filter(({ status }) => !isTerminalPhase(status.phase)).length === 3),
      'a node is without any running pod in between',
    );
    const lines = said.trimEnd().split('\n');
    assert.equal(lines.pop(), 'daemon set "web" successfully rolled out');
    const waiting =
      /^Waiting for daemon set "web" rollout to finish: (?:([0-4]) out of 4 new pods have been updated|[0-4] of 4 updated pods are available)\.\.\.$/;
    const updated = lines.map((line) => Number((waiting.exec(line) ?? assert.fail(line))[1] ?? 4));
    assert.ok(updated.length >= 4, said);
    assert.deepEqual(updated, updated.toSorted());
  });

  test('has a history, from which any revision comes back', async () => {
    const listed = await kubectl('rollout', 'history', 'ds/web');
    assert.match(listed, /^daemonset\.apps\/web *\nREVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/);
    const first = await kubectl('rollout', 'history', 'ds/web', '--revision=1');
    assert.match(first, /^daemonset\.apps\/web with revision #1\nPod Template:\n/);
    assert.match(first, /Image:\texample\.com\/daemon:1\n/);

    const undone = await rollout(async () => {
      assert.equal(await kubectl('rollout', 'undo', 'ds/web'), 'daemonset.apps/web rolled back\n');
    });
    assert.deepEqual(images(), Array(4).fill(image(1)));
    assert.ok(undone.seen.every((there) => doubled(there).length === 0 && readyNodes(there).length >= 3));
    assert.match(await kubectl('rollout', 'history', 'ds/web'), /^2 +<none>\n3 +<none>\n/m);
    await setStrategy({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 4 } });
    await rollout(() => kubectl('rollout', 'undo', 'ds/web', '--to-revision=2'));
    assert.deepEqual(images(), Array(4).fill(image(2)));
  });

  test('maxUnavailable 4 replaces all at once, and restart makes new pods of the same image', async () => {
    const names = new Set(history.current().keys());
    const { seen } = await rollout(async () => {
      assert.equal(await kubectl('rollout', 'restart', 'ds/web'), 'daemonset.apps/web restarted\n');
    });
    assert.ok(seen.some((there) => readyNodes(there).length === 0));
    assert.deepEqual(images(), Array(4).fill(image(2)));
    assert.ok([...history.current().keys()].every((name) => !names.has(name)));
    const restarted = '{.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}';
    assert.match(await kubectl('get', 'ds', 'web', '-o', `jsonpath=${restarted}`), /^\d{4}-\d\d-\d\dT/);
  });

  test('maxSurge 1 makes the new pod first: no node is ever without a Ready one', async () => {
    await setStrategy({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    const { seen } = await rollout(() => setImage(3));
    assert.deepEqual(images(), Array(4).fill(image(3)));
    const ready = (node: string, there: readonly Pod[]): readonly Pod[] =>
      there.filter((pod) => nodeOf(pod) === node && pod.status.containerStatuses?.[0]?.ready === true);
    for (const there of seen) {
      assert.ok(four.every((node) => there.some((pod) => nodeOf(pod) === node)));
      const starting = doubled(there).filter((node) => ready(node, there).length < 2);
      assert.ok(starting.length <= 2, 'one that comes, and at most one whose old pod is just going');
    }
    assert.ok(seen.some((there) => doubled(there).some((node) => ready(node, there).length === 2)));
  });

  test('OnDelete changes nothing until a pod is deleted', async () => {
    await setStrategy({ type: 'OnDelete' });
    const names = [...history.current().keys()].toSorted();
    await setImage(4);
    await untilObserved();
    await sets.until('no pod is up to date', ({ current }) => !current().get('web')?.status.updatedNumberScheduled);
    const status = await cluster.kubectl('v32', 'rollout', 'status', 'ds/web');
    assert.equal(status.stderr, 'error: rollout status is only available for RollingUpdate strategy type\n');
    assert.deepEqual([...history.current().keys()].toSorted(), names);

    await kubectl('delete', 'pod', names[0] ?? '');
    await history.until('its place is taken', () => readyNodes(history.current().values()).join() === four.join());
    assert.deepEqual(images().toSorted(), [image(3), image(3), image(3), image(4)]);
    assert.match(await kubectl('get', 'ds', 'web'), /^web +4 +4 +4 +1 +4 /m);
    await setStrategy({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 4 } });
    await rollout(async () => {});
    assert.deepEqual(images(), Array(4).fill(image(4)));
  });
});
