import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.networking.v1';

export const parameterScopes = ['Cluster', 'Namespace'] as const;

export const IngressClassParametersReference = object(
  `${prefix}.IngressClassParametersReference`,
  'Points to an object with more settings.',
  {
    apiGroup: optional(1, string, 'The group of its kind; the core group unless given.'),
    kind: required(2, string, 'The kind of the object.'),
    name: required(3, string, 'The name of the object.'),
    scope: optional(4, string, 'Whether it is in a namespace; Cluster unless given.', { values: parameterScopes }),
    namespace: optional(5, string, 'The namespace of the object, where the scope is Namespace.'),
  },
);
export interface IngressClassParametersReference extends Infer<typeof IngressClassParametersReference> {}

const IngressClassSpec = object(`${prefix}.IngressClassSpec`, 'Who carries ingresses out, and how.', {
  controller: nonzero(1, string, 'Who: a domain and a path, such as example.com/ingress; it never changes.'),
  parameters: optional(2, IngressClassParametersReference, 'More settings for the controller.'),
});

export const IngressClass = object(`${prefix}.IngressClass`, 'A way to carry out ingresses, which choose it by name.', {
  ...objectFields,
  spec: always(2, IngressClassSpec, 'Who carries ingresses out, and how.'),
});
export interface IngressClass extends Stored<Infer<typeof IngressClass>> {}
