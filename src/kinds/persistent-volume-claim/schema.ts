import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { PersistentVolumeClaimSpec } from '#kinds/pod/schema/volumes.ts';
import {
  always,
  list,
  listMap,
  map,
  nonzero,
  object,
  optional,
  quantity,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const PersistentVolumeClaimCondition = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimCondition',
  'One finding about a claim.',
  {
    type: required(1, string, 'What is judged, such as Resizing.'),
    status: required(2, string, 'True, False or Unknown.'),
    lastProbeTime: always(3, timeOrNull, 'When it was last looked at.'),
    lastTransitionTime: always(4, timeOrNull, 'When the status last changed.'),
    reason: nonzero(5, string, 'One CamelCase word saying why.'),
    message: nonzero(6, string, 'The same for people.'),
  },
);

const ModifyVolumeStatus = object(
  'io.k8s.api.core.v1.ModifyVolumeStatus',
  'How far a change of the class of changeable settings has come.',
  {
    targetVolumeAttributesClassName: nonzero(1, string, 'The class that is being changed to.'),
    status: required(2, string, 'Pending, InProgress or Infeasible.', {
      values: ['InProgress', 'Infeasible', 'Pending'],
    }),
  },
);

export const PersistentVolumeClaimStatus = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimStatus',
  'What a claim got.',
  {
    phase: nonzero(1, string, 'Pending, Bound or Lost.', { values: ['Bound', 'Lost', 'Pending'] }),
    accessModes: optional(2, list(string), 'How its volume may be mounted.'),
    capacity: optional(3, map(quantity), 'How much its volume holds.'),
    conditions: optional(
      4,
      listMap(PersistentVolumeClaimCondition, ['type'], 'type'),
      'Findings, such as that its volume is being made larger.',
    ),
    allocatedResources: optional(5, map(quantity), 'How much is set aside for it while its volume is made larger.'),
    allocatedResourceStatuses: optional(7, map(string), 'How far making its volume larger has come.'),
    currentVolumeAttributesClassName: optional(8, string, 'The class of changeable settings that is in force.'),
    modifyVolumeStatus: optional(9, ModifyVolumeStatus, 'How far a change of that class has come.'),
  },
);
export interface PersistentVolumeClaimStatus extends Infer<typeof PersistentVolumeClaimStatus> {}

export const PersistentVolumeClaim = object(
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  'A claim to storage, which pods mount by its name.',
  {
    ...objectFields,
    spec: always(2, PersistentVolumeClaimSpec, 'What is claimed.'),
    status: always(3, PersistentVolumeClaimStatus, 'What it got.'),
  },
);
export interface PersistentVolumeClaim extends Namespaced<Infer<typeof PersistentVolumeClaim>> {}
