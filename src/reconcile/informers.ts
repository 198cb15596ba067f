import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random, RandomStream } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { Informer, type Selection } from '#reconcile/informer.ts';

export interface InformersDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** The informers of one process: one for each resource and selection, shared by all who ask. */
export class Informers {
  private readonly deps: InformersDeps;
  private readonly jitter: RandomStream;
  private readonly shared = new Map<string, Informer<KubeObject>>();
  private started = false;

  constructor(deps: InformersDeps) {
    this.deps = deps;
    this.jitter = deps.random.stream('watch-jitter');
  }

  /** The informer of `resource`, limited to `selection`. Begins to follow at `start()`, or at once after that. */
  of<T extends KubeObject>(resource: ResourceDefinition<T>, selection: Selection = {}): Informer<T> {
    const { namespace = '', labelSelector = '', fieldSelector = '' } = selection;
    const key = [placeOf(resource), namespace, labelSelector, fieldSelector].join('\n');
    const known = this.shared.get(key);
    if (known !== undefined) return known as unknown as Informer<T>;
    const { client, clock, log } = this.deps;
    const informer = new Informer<T>(resource, selection, { client, clock, jitter: this.jitter, log });
    this.shared.set(key, informer as unknown as Informer<KubeObject>);
    if (this.started) informer.start();
    return informer;
  }

  start(): void {
    this.started = true;
    for (const informer of this.shared.values()) informer.start();
  }

  /** Ends those of a resource that is served no more. Asked for again, it gets new ones. */
  drop(resource: ResourceDefinition): void {
    for (const [key, informer] of this.shared) {
      if (!key.startsWith(`${placeOf(resource)}\n`)) continue;
      this.shared.delete(key);
      informer.stop();
    }
  }

  /** Ends all of them for good. */
  stop(): void {
    for (const informer of this.shared.values()) informer.stop();
  }

  /** Resolves when every informer asked for so far is in sync, or has been dropped. */
  async whenSynced(signal?: AbortSignal): Promise<void> {
    const waits = Array.from(this.shared, async ([key, informer]) => {
      try {
        await informer.whenSynced(signal);
      } catch (error) {
        if (this.shared.get(key) === informer) throw error;
      }
    });
    await Promise.all(waits);
  }
}

function placeOf<T extends KubeObject>({ group, version, plural }: ResourceDefinition<T>): string {
  return `${group}\n${version}\n${plural}`;
}
