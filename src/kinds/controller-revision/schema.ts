import type { Namespaced } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, int64, object, raw, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ControllerRevision = object(
  'io.k8s.api.apps.v1.ControllerRevision',
  'A state of a workload that its controller keeps, to be able to go back to it.',
  {
    kind: always(0, string, 'The kind of this object.'),
    apiVersion: always(0, string, 'The group and version of the kind.'),
    metadata: always(1, ObjectMeta, 'Name, labels and everything else that all objects have.'),
    data: always(2, raw, 'The state itself, an object; cannot change.'),
    revision: required(3, int64, 'Its place in the history; the highest is the newest.'),
  },
);
export interface ControllerRevision extends Namespaced<Infer<typeof ControllerRevision>> {}
