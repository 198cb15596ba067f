import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectReference } from '#kinds/meta/references.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { PodSpec } from '#kinds/pod/schema/spec.ts';
import { PodStatus } from '#kinds/pod/schema/status.ts';
import { always, object, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const Pod = object('io.k8s.api.core.v1.Pod', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  spec: always(2, PodSpec),
  status: always(3, PodStatus),
});
export interface Pod extends Namespaced<Infer<typeof Pod>> {}

export const PodTemplateSpec = object('io.k8s.api.core.v1.PodTemplateSpec', '', {
  metadata: always(1, ObjectMeta),
  spec: always(2, PodSpec),
});
export interface PodTemplateSpec extends Infer<typeof PodTemplateSpec> {}

export const Binding = object('io.k8s.api.core.v1.Binding', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  target: required(2, ObjectReference),
});
export interface Binding extends Namespaced<Infer<typeof Binding>> {}
