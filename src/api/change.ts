import { deepFreeze } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import type { WatchEvent } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Entry, Revision, StoreEvent } from '#store/store.ts';
import { objectOf, withRevision } from './object-value.ts';

/** One event of the store, as objects. At least one of `before` and `after` is there. The events that watchers see are made
 *  once, however many watchers share them. */
export class Change {
  readonly revision: Revision;
  readonly at: Millis;
  /** How long the text of the object is that it made; 0 where nobody knows yet. */
  readonly size: number;
  private readonly definition: ResourceDefinition;
  private readonly entries: { readonly before: Entry | undefined; readonly after: Entry | undefined };
  private seenBefore: KubeObject | undefined;
  private seenAfter: KubeObject | undefined;
  private readonly made: { [type: string]: WatchEvent<KubeObject> } = {};

  constructor(definition: ResourceDefinition, event: StoreEvent, at: Millis) {
    this.definition = definition;
    this.revision = event.revision;
    this.at = at;
    this.size = event.type === 'put' ? (event.entry.value.size ?? 0) : 0;
    this.entries = { before: event.previous, after: event.type === 'put' ? event.entry : undefined };
  }

  /** Decoded, or seen through a view, when somebody first looks. */
  get before(): KubeObject | undefined {
    const { before } = this.entries;
    if (before !== undefined) this.seenBefore ??= objectOf(this.definition, before);
    return this.seenBefore;
  }

  get after(): KubeObject | undefined {
    const { after } = this.entries;
    if (after !== undefined) this.seenAfter ??= objectOf(this.definition, after);
    return this.seenAfter;
  }

  get namespace(): string {
    return (this.after ?? this.before)?.metadata.namespace ?? '';
  }

  /** What a watcher sees that selects the object or not, before and after (spec: api.md section 13.4). */
  eventFor(matchesBefore: boolean, matchesAfter: boolean): WatchEvent<KubeObject> | undefined {
    if (matchesAfter) return this.event(matchesBefore ? 'MODIFIED' : 'ADDED');
    return matchesBefore ? this.event('DELETED') : undefined;
  }

  private event(type: 'ADDED' | 'MODIFIED' | 'DELETED'): WatchEvent<KubeObject> {
    this.made[type] ??= deepFreeze({ type, object: this.objectFor(type) });
    return this.made[type];
  }

  /** A DELETED event shows the last content that was selected, at the revision of the change. */
  private objectFor(type: string): KubeObject {
    const object = type === 'DELETED' ? this.before : this.after;
    return type === 'DELETED' ? withRevision(object as KubeObject, this.revision) : (object as KubeObject);
  }
}
