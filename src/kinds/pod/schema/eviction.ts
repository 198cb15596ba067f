import type { Namespaced } from '#kinds/meta/object.ts';
import { DeleteOptions, ObjectMeta } from '#kinds/meta/schema.ts';
import { always, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

/** A wish that a pod goes away, posted to its subresource (policy/v1). */
export const Eviction = object('io.k8s.api.policy.v1.Eviction', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  deleteOptions: optional(2, DeleteOptions),
});
export interface Eviction extends Namespaced<Infer<typeof Eviction>> {}
