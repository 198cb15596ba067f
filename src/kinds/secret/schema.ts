import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, boolean, bytes, map, nonzero, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const Secret = object('io.k8s.api.core.v1.Secret', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  data: optional(2, map(bytes)),
  type: nonzero(3, string),
  stringData: optional(4, map(string)),
  immutable: optional(5, boolean),
});
export interface Secret extends Namespaced<Infer<typeof Secret>> {}
