import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectReference } from '#kinds/meta/references.ts';
import { ObjectMeta, objectFields } from '#kinds/meta/schema.ts';
import { PodSpec } from '#kinds/pod/schema/spec.ts';
import { PodStatus } from '#kinds/pod/schema/status.ts';
import { always, object, required } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const Pod = object('io.k8s.api.core.v1.Pod', 'Containers that run together on one node.', {
  ...objectFields,
  spec: always(2, PodSpec, 'What is to run and how.'),
  status: always(3, PodStatus, 'How it fares; written by the node.'),
});
export interface Pod extends Namespaced<Infer<typeof Pod>> {}

export const PodTemplateSpec = object('io.k8s.api.core.v1.PodTemplateSpec', 'What pods are made from.', {
  metadata: always(
    1,
    ObjectMeta,
    "Standard object's metadata: name, labels and everything else that all objects have.",
  ),
  spec: always(2, PodSpec, 'What the pods are to run and how.'),
});
export interface PodTemplateSpec extends Infer<typeof PodTemplateSpec> {}

export const Binding = object('io.k8s.api.core.v1.Binding', 'Puts a pod on a node.', {
  ...objectFields,
  target: required(2, ObjectReference, 'The node.'),
});
export interface Binding extends Namespaced<Infer<typeof Binding>> {}
