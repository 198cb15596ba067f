import { jsonEqual } from '#base/json.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Draft } from '#schema/type.ts';

type Fields = { [field: string]: unknown };

/** Puts the stored parts in the place of equal ones of `draft`: those are frozen, compared and encoded already, and all that
 *  follows sees at a glance that nothing changed there. Parts are whole fields, and those of the metadata. */
export function shareWith(draft: Draft<KubeObject>, stored: KubeObject): void {
  share(draft.metadata as unknown as Fields, stored.metadata as unknown as Fields);
  share(draft as unknown as Fields, stored as unknown as Fields);
}

function share(fields: Fields, stored: Fields): void {
  for (const field in fields) {
    const known = stored[field];
    const value = fields[field];
    if (value !== known && typeof value === 'object' && jsonEqual(value, known)) fields[field] = known;
  }
}
