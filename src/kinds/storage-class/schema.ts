import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { boolean, list, map, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const TopologySelectorLabelRequirement = object(
  'io.k8s.api.core.v1.TopologySelectorLabelRequirement',
  'One requirement on the label of a node.',
  {
    key: required(1, string, 'The label.'),
    values: required(2, list(string), 'The values it may have.'),
  },
);

export const TopologySelectorTerm = object(
  'io.k8s.api.core.v1.TopologySelectorTerm',
  'Nodes that fit all the requirements.',
  {
    matchLabelExpressions: optional(1, list(TopologySelectorLabelRequirement), 'Requirements on labels.'),
  },
  { atomic: true },
);
export interface TopologySelectorTerm extends Infer<typeof TopologySelectorTerm> {}

export const StorageClass = object('io.k8s.api.storage.v1.StorageClass', 'How volumes are made for claims.', {
  ...objectFields,
  provisioner: required(2, string, 'Who makes the volumes.'),
  parameters: optional(3, map(string), 'Settings for whoever makes them.'),
  reclaimPolicy: optional(4, string, 'What becomes of a volume when its claim is gone; Delete unless given.', {
    values: ['Delete', 'Retain'],
  }),
  mountOptions: optional(5, list(string), 'Options for mounting the volumes, such as ro.'),
  allowVolumeExpansion: optional(6, boolean, 'Whether claims may ask for more later.'),
  volumeBindingMode: optional(7, string, 'Whether a claim gets its volume at once; Immediate unless given.', {
    values: ['Immediate', 'WaitForFirstConsumer'],
  }),
  allowedTopologies: optional(8, list(TopologySelectorTerm), 'Where volumes may be made; anywhere unless given.'),
});
export interface StorageClass extends Stored<Infer<typeof StorageClass>> {}
