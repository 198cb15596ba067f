import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, int64, object, raw, required } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ControllerRevision = object(
  'io.k8s.api.apps.v1.ControllerRevision',
  'A state of a workload that its controller keeps, to be able to go back to it.',
  {
    ...objectFields,
    data: always(2, raw, 'The state itself, an object; cannot change.'),
    revision: required(3, int64, 'Its place in the history; the highest is the newest.'),
  },
);
export interface ControllerRevision extends Namespaced<Infer<typeof ControllerRevision>> {}
