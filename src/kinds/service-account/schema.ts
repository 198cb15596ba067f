import type { Namespaced } from '#kinds/meta/object.ts';
import { LocalObjectReference, ObjectReference } from '#kinds/meta/references.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, boolean, list, listMap, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ServiceAccount = object(
  'io.k8s.api.core.v1.ServiceAccount',
  'An identity that pods use to talk to the API.',
  {
    kind: always(0, string, 'The kind of this object.'),
    apiVersion: always(0, string, 'The group and version of the kind.'),
    metadata: always(1, ObjectMeta, 'Name, labels and everything else that all objects have.'),
    secrets: optional(2, listMap(ObjectReference, ['name'], 'name'), 'Secrets that its pods may use.'),
    imagePullSecrets: optional(3, list(LocalObjectReference), 'Secrets for pulling the images of its pods.'),
    automountServiceAccountToken: optional(4, boolean, 'Whether its pods get a token as a file.'),
  },
);
export interface ServiceAccount extends Namespaced<Infer<typeof ServiceAccount>> {}
