import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { isApiError } from '#kinds/meta/errors.ts';

const namespace = 'default';
const counter = 'counter';

/** Writes through the API all the time, remembers what the server has acknowledged, and can say whether it is all there. */
export class SideWriter {
  private readonly kubeconfig: string;
  private readonly acknowledged = new Set<string>();
  private count = 0;
  private revision = 0n;
  private names = 0;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(kubeconfig: string) {
    this.kubeconfig = kubeconfig;
  }

  get writes(): number {
    return this.acknowledged.size + this.count;
  }

  /** Checks what earlier rounds wrote, then writes until the server dies or `stop` is called. */
  start(): void {
    this.stopped = false;
    this.running = this.run();
  }

  /** Resolves when nothing is under way; throws if an acknowledged write was missing. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    const endpoint = await readKubeconfig(this.kubeconfig);
    const client = createRemoteClient({ ...endpoint, userAgent: 'side-writer' });
    try {
      await this.check(client);
      while (!this.stopped) {
        await this.write(client);
        await sleep(15);
      }
    } catch (error) {
      // The server was killed: whether the last write is there is for nobody to say.
      if (!isApiError(error) || error.code !== 503) throw error;
    } finally {
      client.close();
    }
  }

  private async check(client: RemoteClient): Promise<void> {
    const { items, resourceVersion } = await client.list(configMaps, { namespace });
    assert.ok(BigInt(resourceVersion) >= this.revision, 'revisions never go back');
    const present = new Map(items.map((item) => [item.metadata.name, item]));
    const missing = [...this.acknowledged].filter((name) => !present.has(name));
    assert.deepEqual(missing, [], 'every acknowledged create is there');
    const counted = Number(present.get(counter)?.data?.count ?? 0);
    assert.ok(counted >= this.count, `every acknowledged update is there: ${counted} of ${this.count}`);
  }

  /** One object made, and one changed. */
  private async write(client: RemoteClient): Promise<void> {
    const name = `written-${++this.names}`;
    const created = await client.create(configMaps, { metadata: { namespace, name } });
    this.acknowledged.add(name);
    this.revision = BigInt(created.metadata.resourceVersion);
    const data = { count: String(this.count + 1) };
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: counter }, data };
    await client.patch(
      configMaps,
      { namespace, name: counter },
      { type: 'apply', body },
      { fieldManager: 'side-writer' },
    );
    this.count++;
  }
}
