import type { KubeObject } from '#kinds/meta/object.ts';
import type { Draft } from '#schema/type.ts';

/** For kinds whose `/status` writes nothing of the metadata but who wrote it (spec: api.md section 7.4). */
export function keepMetadata<T extends KubeObject>(draft: Draft<T>, old: T): void {
  const { managedFields } = draft.metadata as KubeObject['metadata'];
  const { managedFields: _old, ...metadata } = old.metadata;
  const kept = managedFields === undefined ? metadata : { ...metadata, managedFields };
  (draft as { metadata: unknown }).metadata = kept;
}
