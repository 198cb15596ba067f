import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, boolean, int32, nonzero, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const PriorityClass = object('io.k8s.api.scheduling.v1.PriorityClass', 'A name for a pod priority.', {
  ...objectFields,
  value: always(2, int32, 'The priority; higher goes first.'),
  globalDefault: nonzero(3, boolean, 'Whether pods without a class get this one.'),
  description: nonzero(4, string, 'When to use it.'),
  preemptionPolicy: optional(5, string, 'Whether such pods may push out lesser ones.'),
});
export interface PriorityClass extends Stored<Infer<typeof PriorityClass>> {}
