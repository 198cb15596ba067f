import { EventEmitter, once } from 'node:events';
import type { Client, WatchEvent } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

/** One event of a watch. */
export interface Seen<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

/** All that a watch has told since it began, in order. */
export interface History<T> {
  readonly events: readonly Seen<T>[];
  /** The newest content of every object that is there, by name. */
  current(): ReadonlyMap<string, T>;
  /** Resolves once `holds`, which is asked after every event; rejects, saying what was awaited, after `msMax`. */
  until(what: string, holds: (history: History<T>) => boolean, msMax?: number): Promise<void>;
}

interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
}

/** Watches the objects of a kind from now on; those that are there already count as ADDED first. */
export async function watchHistory<T extends KubeObject>(
  client: Client,
  resource: ResourceDefinition<T>,
  selection: Selection,
): Promise<History<T>> {
  const events: Seen<T>[] = [];
  const current = new Map<string, T>();
  const news = new EventEmitter();
  const event = (told: WatchEvent<T>): void => {
    if (told.type === 'BOOKMARK') return;
    events.push(told);
    if (told.type === 'DELETED') current.delete(told.object.metadata.name);
    else current.set(told.object.metadata.name, told.object);
    news.emit('event');
  };
  await client.watch(resource, selection, { event, closed: () => {} });
  const history: History<T> = {
    events,
    current: () => current,
    until: async (what, holds, msMax = 30_000) => {
      const signal = AbortSignal.timeout(msMax);
      while (!holds(history)) {
        await once(news, 'event', { signal }).catch(() => {
          const seen = events.map(({ type, object }) => `${type} ${object.metadata.name}`).slice(-20);
          throw new Error(`Waited ${msMax / 1000} s until ${what}; the last events:\n${seen.join('\n')}`);
        });
      }
    },
  };
  return history;
}
