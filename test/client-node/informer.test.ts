import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api as Core, type CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from '@kubernetes/client-node';
import { seededRandom } from '#base/random.ts';
import { ended, freePort, spawnSampan, untilReady } from '../black-box/cluster.ts';

const namespace = 'default';
const restarts = 8;
const seed = process.env.SAMPAN_SEED ?? String(Date.now());
const random = seededRandom(seed).stream('client-node');
const folder = mkdtempSync(path.join(tmpdir(), 'sampan-client-node-'));
let server: ChildProcess | undefined;

after(async () => {
  if (server !== undefined) await ended(server, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** What an informer has said of one object. */
interface Story {
  readonly said: { readonly verb: 'add' | 'update' | 'delete'; readonly revision: bigint }[];
}

test(`an informer stays consistent through ${restarts} restarts under writes (SAMPAN_SEED=${seed})`, async (t) => {
  const port = await freePort();
  const start = async (): Promise<void> => {
    server = spawnSampan(['server', '--api-only', '--data-dir', folder, '--port', String(port)]);
    await untilReady(server);
  };
  await start();
  const config = new KubeConfig();
  config.loadFromFile(path.join(folder, 'kubeconfig'));
  const core = config.makeApiClient(Core);
  const stories = new Map<string, Story>();
  const list = (): ReturnType<CoreV1Api['listNamespacedConfigMap']> => core.listNamespacedConfigMap({ namespace });
  const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, list);
  for (const verb of ['add', 'update', 'delete'] as const) {
    informer.on(verb, (object) => {
      const name = object.metadata?.name ?? '';
      const story = stories.get(name) ?? { said: [] };
      stories.set(name, story);
      story.said.push({ verb, revision: BigInt(object.metadata?.resourceVersion ?? 0) });
    });
  }
  let isOver = false;
  // As the library's documentation has it: start again after an error.
  informer.on('error', () => void sleep(100).then(() => (isOver ? undefined : informer.start())));
  await informer.start();

  const writer = new Writer(core);
  for (let restart = 0; restart < restarts; restart++) {
    writer.start();
    await sleep(100 + random.int(700));
    await ended(server as unknown as ChildProcess, restart % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    await writer.stop();
    await start();
  }
  await writer.settle();
  const { items } = await list();
  const stored = new Map(items.map(({ metadata }) => [metadata?.name, metadata?.resourceVersion]));
  const cached = (): ReadonlyMap<unknown, unknown> =>
    new Map(informer.list().map(({ metadata }) => [metadata?.name, metadata?.resourceVersion]));
  for (let waited = 0; waited < 60_000 && !sameEntries(cached(), stored); waited += 50) await sleep(50);
  isOver = true;
  await informer.stop();

  assert.deepEqual(Object.fromEntries(cached()), Object.fromEntries(stored), 'the cache is what a fresh list says');
  const missing = [...writer.acknowledged].filter((name) => !stored.has(name));
  assert.deepEqual(missing, [], 'every acknowledged create is there');
  for (const [name, { said }] of stories) checkStory(name, said, stored.has(name));
  t.diagnostic(`${writer.writes} writes, ${stories.size} objects heard of, ${items.length} left`);
});

/** Each change at most once, in order, and nothing about what is gone but that it is. */
function checkStory(name: string, said: Story['said'], isStored: boolean): void {
  const told = JSON.stringify(said.map(({ verb, revision }) => `${verb} ${revision}`));
  let previous: Story['said'][number] | undefined;
  for (const each of said) {
    const isPresent = previous !== undefined && previous.verb !== 'delete';
    assert.equal(each.verb === 'add', !isPresent, `${name} is added when it was not there, and only then: ${told}`);
    // A deletion that was missed is told with what was known last.
    const isLater = previous === undefined || each.revision > previous.revision || each.verb === 'delete';
    assert.ok(isLater, `what is said of ${name} never goes back or repeats itself: ${told}`);
    previous = each;
  }
  assert.equal(previous?.verb === 'delete', !isStored, `the last word on ${name} is right: ${told}`);
}

function sameEntries(one: ReadonlyMap<unknown, unknown>, other: ReadonlyMap<unknown, unknown>): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

/** Creates, changes and deletes config maps until the server dies or it is stopped. */
class Writer {
  /** Created, and never deleted by us. */
  readonly acknowledged = new Set<string>();
  writes = 0;
  private readonly core: CoreV1Api;
  private names = 0;
  private isStopped = true;
  private running: Promise<void> = Promise.resolve();

  constructor(core: CoreV1Api) {
    this.core = core;
  }

  start(): void {
    this.isStopped = false;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  /** One last write, which tells the informer that it has seen everything before. */
  async settle(): Promise<void> {
    await this.write();
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      try {
        await this.write();
      } catch (error) {
        // Whether the write took place is for nobody to say; only the API's own refusals would be a fault.
        assert.ok(!(error instanceof Error && 'code' in error && error.code === 500), String(error));
        await sleep(20);
      }
    }
  }

  private async write(): Promise<void> {
    const name = `map-${++this.names}`;
    await this.core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { n: '0' } } });
    this.acknowledged.add(name);
    const [first = name] = this.acknowledged;
    const body = { metadata: { name: first }, data: { n: String(this.names) } };
    await this.core.replaceNamespacedConfigMap({ namespace, name: first, body });
    this.writes += 2;
    if (this.acknowledged.size < 10) return;
    this.acknowledged.delete(first);
    await this.core.deleteNamespacedConfigMap({ namespace, name: first });
    this.writes += 1;
  }
}
