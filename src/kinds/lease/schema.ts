import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, int32, microTime, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const LeaseSpec = object('io.k8s.api.coordination.v1.LeaseSpec', 'Who holds a lease and for how long.', {
  holderIdentity: optional(1, string, 'Who holds the lease now.'),
  leaseDurationSeconds: optional(2, int32, 'Seconds after renewTime at which others may take it.'),
  acquireTime: optional(3, microTime, 'When the holder took it.'),
  renewTime: optional(4, microTime, 'When the holder last renewed it.'),
  leaseTransitions: optional(5, int32, 'How often the holder has changed.'),
  strategy: optional(6, string, 'How the holder is chosen among candidates.'),
  preferredHolder: optional(7, string, 'Who should take over next.'),
});
export interface LeaseSpec extends Infer<typeof LeaseSpec> {}

export const Lease = object('io.k8s.api.coordination.v1.Lease', 'A claim to a role that is lost unless renewed.', {
  ...objectFields,
  spec: always(2, LeaseSpec, 'Who holds it and for how long.'),
});
export interface Lease extends Namespaced<Infer<typeof Lease>> {}
