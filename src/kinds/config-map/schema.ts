import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, boolean, bytes, map, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ConfigMap = object('io.k8s.api.core.v1.ConfigMap', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  data: optional(2, map(string)),
  binaryData: optional(3, map(bytes)),
  immutable: optional(4, boolean),
});
export interface ConfigMap extends Namespaced<Infer<typeof ConfigMap>> {}
