import type { Namespaced } from '#kinds/meta/object.ts';
import { LocalObjectReference, ObjectReference } from '#kinds/meta/references.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { boolean, list, listMap, object, optional } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ServiceAccount = object(
  'io.k8s.api.core.v1.ServiceAccount',
  'An identity that pods use to talk to the API.',
  {
    ...objectFields,
    secrets: optional(2, listMap(ObjectReference, ['name'], 'name'), 'Secrets that its pods may use.'),
    imagePullSecrets: optional(3, list(LocalObjectReference), 'Secrets for pulling the images of its pods.'),
    automountServiceAccountToken: optional(4, boolean, 'Whether its pods get a token as a file.'),
  },
);
export interface ServiceAccount extends Namespaced<Infer<typeof ServiceAccount>> {}
