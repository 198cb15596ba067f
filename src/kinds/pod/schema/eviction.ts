import type { Namespaced } from '#kinds/meta/object.ts';
import { DeleteOptions, ObjectMeta } from '#kinds/meta/schema.ts';
import { always, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

/** A wish that a pod goes away, posted to its subresource (policy/v1). */
export const Eviction = object(
  'io.k8s.api.policy.v1.Eviction',
  'A request to remove a pod if its disruption budget allows it.',
  {
    kind: always(0, string, 'The kind of this object.'),
    apiVersion: always(0, string, 'The group and version of the kind.'),
    metadata: always(1, ObjectMeta, 'Name, labels and everything else that all objects have.'),
    deleteOptions: optional(2, DeleteOptions, 'How the pod is to be deleted.'),
  },
);
export interface Eviction extends Namespaced<Infer<typeof Eviction>> {}
