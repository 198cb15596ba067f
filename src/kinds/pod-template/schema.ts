import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { always, object, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const PodTemplate = object('io.k8s.api.core.v1.PodTemplate', 'A template of pods, kept for others to use.', {
  kind: always(0, string, 'The kind of this object.'),
  apiVersion: always(0, string, 'The group and version of the kind.'),
  metadata: always(1, ObjectMeta, 'Name, labels and everything else that all objects have.'),
  template: always(2, PodTemplateSpec, 'What pods are made from.'),
});
export interface PodTemplate extends Namespaced<Infer<typeof PodTemplate>> {}
