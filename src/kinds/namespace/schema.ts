import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, list, listMap, nonzero, object, optional, required, string, timeOrNull } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const NamespaceSpec = object('io.k8s.api.core.v1.NamespaceSpec', 'What must happen before a namespace goes.', {
  finalizers: optional(1, list(string), 'Who must still clean up before the namespace can go.'),
});
export interface NamespaceSpec extends Infer<typeof NamespaceSpec> {}

export const NamespaceCondition = object(
  'io.k8s.api.core.v1.NamespaceCondition',
  'One finding about a namespace that is going.',
  {
    type: required(1, string, 'What is judged, such as NamespaceContentRemaining.'),
    status: required(2, string, 'True, False or Unknown.'),
    lastTransitionTime: always(4, timeOrNull, 'When the status last changed.'),
    reason: nonzero(5, string, 'One CamelCase word saying why.'),
    message: nonzero(6, string, 'The same for people.'),
  },
);
export interface NamespaceCondition extends Infer<typeof NamespaceCondition> {}

export const NamespaceStatus = object('io.k8s.api.core.v1.NamespaceStatus', 'Whether a namespace is in use or going.', {
  phase: nonzero(1, string, 'Active or Terminating.', { values: ['Active', 'Terminating'] }),
  conditions: optional(2, listMap(NamespaceCondition, ['type'], 'type'), 'What holds up its end.'),
});
export interface NamespaceStatus extends Infer<typeof NamespaceStatus> {}

export const Namespace = object(
  'io.k8s.api.core.v1.Namespace',
  'A scope for names: objects in different namespaces do not meet.',
  {
    ...objectFields,
    spec: always(2, NamespaceSpec, 'What must happen before it goes.'),
    status: always(3, NamespaceStatus, 'Whether it is in use or going.'),
  },
);
export interface Namespace extends Stored<Infer<typeof Namespace>> {}
