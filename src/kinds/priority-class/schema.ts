import type { Stored } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, boolean, int32, nonzero, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const PriorityClass = object('io.k8s.api.scheduling.v1.PriorityClass', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  value: always(2, int32),
  globalDefault: nonzero(3, boolean),
  description: nonzero(4, string),
  preemptionPolicy: optional(5, string),
});
export interface PriorityClass extends Stored<Infer<typeof PriorityClass>> {}
