import type { Stored } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, listMap, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const ComponentCondition = object('io.k8s.api.core.v1.ComponentCondition', 'What is known of a component.', {
  type: required(1, string, 'What this is about; "Healthy" is all there is.'),
  status: required(2, string, 'True, False or Unknown.'),
  message: nonzero(3, string, 'What the component answered, or why it did not.'),
  error: nonzero(4, string, 'Why the component could not be asked.'),
});

export const ComponentStatus = object('io.k8s.api.core.v1.ComponentStatus', 'How a part of the control plane is.', {
  kind: always(0, string, 'The kind of this object.'),
  apiVersion: always(0, string, 'APIVersion defines the group and version of the kind.'),
  metadata: always(1, ObjectMeta, 'Its name; it has nothing else that objects have.'),
  conditions: optional(2, listMap(ComponentCondition, ['type'], 'type'), 'What is known of it.'),
});
export interface ComponentStatus extends Stored<Infer<typeof ComponentStatus>> {}
