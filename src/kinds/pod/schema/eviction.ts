import type { Namespaced } from '#kinds/meta/object.ts';
import { DeleteOptions, objectFields } from '#kinds/meta/schema.ts';
import { object, optional } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

/** A wish that a pod goes away, posted to its subresource (policy/v1). */
export const Eviction = object(
  'io.k8s.api.policy.v1.Eviction',
  'A request to remove a pod if its disruption budget allows it.',
  {
    ...objectFields,
    deleteOptions: optional(2, DeleteOptions, 'How the pod is to be deleted.'),
  },
);
export interface Eviction extends Namespaced<Infer<typeof Eviction>> {}
