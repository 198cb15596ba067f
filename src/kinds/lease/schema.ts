import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, int32, microTime, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const LeaseSpec = object('io.k8s.api.coordination.v1.LeaseSpec', '', {
  holderIdentity: optional(1, string),
  leaseDurationSeconds: optional(2, int32),
  acquireTime: optional(3, microTime),
  renewTime: optional(4, microTime),
  leaseTransitions: optional(5, int32),
  strategy: optional(6, string),
  preferredHolder: optional(7, string),
});
export interface LeaseSpec extends Infer<typeof LeaseSpec> {}

export const Lease = object('io.k8s.api.coordination.v1.Lease', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  spec: always(2, LeaseSpec),
});
export interface Lease extends Namespaced<Infer<typeof Lease>> {}
