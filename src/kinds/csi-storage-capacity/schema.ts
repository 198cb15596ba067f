import type { Namespaced } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { object, optional, quantity, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const CSIStorageCapacity = object(
  'io.k8s.api.storage.v1.CSIStorageCapacity',
  'How much room there is for volumes of one class on some nodes, as the storage driver last said.',
  {
    ...objectFields,
    nodeTopology: optional(2, LabelSelector, 'The nodes, by their labels; none unless given, all if empty.'),
    storageClassName: required(3, string, 'The class of the volumes; it never changes.'),
    capacity: optional(4, quantity, 'How much there is altogether; unknown, and so none, unless given.'),
    maximumVolumeSize: optional(5, quantity, 'How big one volume can be.'),
  },
);
export interface CSIStorageCapacity extends Namespaced<Infer<typeof CSIStorageCapacity>> {}
