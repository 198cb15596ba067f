import type { Namespaced } from '#kinds/meta/object.ts';
import { LocalObjectReference, ObjectReference } from '#kinds/meta/references.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, boolean, list, listMap, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ServiceAccount = object('io.k8s.api.core.v1.ServiceAccount', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  secrets: optional(2, listMap(ObjectReference, ['name'], 'name')),
  imagePullSecrets: optional(3, list(LocalObjectReference)),
  automountServiceAccountToken: optional(4, boolean),
});
export interface ServiceAccount extends Namespaced<Infer<typeof ServiceAccount>> {}
