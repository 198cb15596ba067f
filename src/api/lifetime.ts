import type { Millis } from '#base/units.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';

/** Events are forgotten this long after their last write (spec: api.md sections 20 and 23). */
const eventLifetimeMs: Millis = 3_600_000;

/** When an object written at `now` is to vanish by itself; undefined for those that stay. */
export function expiryOf(definition: ResourceDefinition, now: Millis): Millis | undefined {
  const isEvent = definition.plural === 'events' && (definition.group === '' || definition.group === 'events.k8s.io');
  return isEvent ? now + eventLifetimeMs : undefined;
}
