import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { always, object } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const PodTemplate = object('io.k8s.api.core.v1.PodTemplate', 'A template of pods, kept for others to use.', {
  ...objectFields,
  template: always(2, PodTemplateSpec, 'What pods are made from.'),
});
export interface PodTemplate extends Namespaced<Infer<typeof PodTemplate>> {}
