import type { Millis } from '#base/units.ts';
import type { WatchEvent } from '#client/client.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Revision } from '#store/store.ts';
import { withRevision } from './object-value.ts';

/** One event of the store, as objects. At least one of `before` and `after` is there. The events that watchers see are made
 *  once, however many watchers share them. */
export class Change {
  readonly revision: Revision;
  readonly at: Millis;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
  private readonly made: { [type: string]: WatchEvent<KubeObject> } = {};

  constructor(revision: Revision, at: Millis, before: KubeObject | undefined, after: KubeObject | undefined) {
    this.revision = revision;
    this.at = at;
    this.before = before;
    this.after = after;
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
    this.made[type] ??= Object.freeze({ type, object: this.objectFor(type) });
    return this.made[type];
  }

  /** A DELETED event shows the last content that was selected, at the revision of the change. */
  private objectFor(type: string): KubeObject {
    const object = type === 'DELETED' ? this.before : this.after;
    return type === 'DELETED' ? withRevision(object as KubeObject, this.revision) : (object as KubeObject);
  }
}
