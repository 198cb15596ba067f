import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, int32, nonzero, object, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const ScaleSpec = object('io.k8s.api.autoscaling.v1.ScaleSpec', 'How many are wanted.', {
  replicas: nonzero(1, int32, 'How many are wanted.'),
});

const ScaleStatus = object('io.k8s.api.autoscaling.v1.ScaleStatus', 'How many there are.', {
  replicas: always(1, int32, 'How many there are.'),
  selector: nonzero(2, string, 'The label selector of what is counted.'),
});

/** How many of something are wanted and are there: how all that can be scaled is asked for it. */
export const Scale = object('io.k8s.api.autoscaling.v1.Scale', 'How many of something there are to be.', {
  ...objectFields,
  spec: always(2, ScaleSpec, 'How many are wanted.'),
  status: always(3, ScaleStatus, 'How many there are.'),
});
export interface Scale extends Namespaced<Infer<typeof Scale>> {}
