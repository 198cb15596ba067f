import {
  always,
  boolean,
  fieldsV1,
  int32,
  int64,
  list,
  listMap,
  listSet,
  map,
  nonzero,
  object,
  optional,
  required,
  string,
  time,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ManagedFieldsEntry = object('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry', '', {
  apiVersion: nonzero(3, string),
  manager: nonzero(1, string),
  operation: nonzero(2, string),
  time: optional(4, time),
  fieldsType: nonzero(6, string),
  fieldsV1: optional(7, fieldsV1),
  subresource: nonzero(8, string),
});
export interface ManagedFieldsEntry extends Infer<typeof ManagedFieldsEntry> {}

export const OwnerReference = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  '',
  {
    kind: required(1, string),
    apiVersion: required(5, string),
    name: required(3, string),
    uid: required(4, string),
    controller: optional(6, boolean),
    blockOwnerDeletion: optional(7, boolean),
  },
  { atomic: true },
);
export interface OwnerReference extends Infer<typeof OwnerReference> {}

export const ObjectMeta = object('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', '', {
  name: nonzero(1, string),
  generateName: nonzero(2, string),
  namespace: nonzero(3, string),
  selfLink: nonzero(4, string),
  uid: nonzero(5, string),
  resourceVersion: nonzero(6, string),
  generation: nonzero(7, int64),
  creationTimestamp: optional(8, time),
  deletionTimestamp: optional(9, time),
  deletionGracePeriodSeconds: optional(10, int64),
  labels: optional(11, map(string)),
  annotations: optional(12, map(string)),
  ownerReferences: optional(13, listMap(OwnerReference, ['uid'], 'uid')),
  finalizers: optional(14, listSet(string, 'merge')),
  managedFields: optional(17, list(ManagedFieldsEntry)),
});
export interface ObjectMeta extends Infer<typeof ObjectMeta> {}

export const ShardInfo = object('io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo', '', {
  selector: required(1, string),
});
export interface ShardInfo extends Infer<typeof ShardInfo> {}

export const ListMeta = object('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta', '', {
  selfLink: nonzero(1, string),
  resourceVersion: nonzero(2, string),
  continue: nonzero(3, string),
  remainingItemCount: optional(4, int64),
  shardInfo: optional(5, ShardInfo),
});
export interface ListMeta extends Infer<typeof ListMeta> {}

export const LabelSelectorRequirement = object('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement', '', {
  key: required(1, string),
  operator: required(2, string),
  values: optional(3, list(string)),
});
export interface LabelSelectorRequirement extends Infer<typeof LabelSelectorRequirement> {}

export const LabelSelector = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  '',
  {
    matchLabels: optional(1, map(string)),
    matchExpressions: optional(2, list(LabelSelectorRequirement)),
  },
  { atomic: true },
);
export interface LabelSelector extends Infer<typeof LabelSelector> {}

export const Preconditions = object('io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions', '', {
  uid: optional(1, string),
  resourceVersion: optional(2, string),
});
export interface Preconditions extends Infer<typeof Preconditions> {}

export const DeleteOptions = object('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  gracePeriodSeconds: optional(1, int64),
  preconditions: optional(2, Preconditions),
  orphanDependents: optional(3, boolean),
  propagationPolicy: optional(4, string),
  dryRun: optional(5, list(string)),
  ignoreStoreReadErrorWithClusterBreakingPotential: optional(6, boolean),
});
export interface DeleteOptions extends Infer<typeof DeleteOptions> {}

export const Condition = object('io.k8s.apimachinery.pkg.apis.meta.v1.Condition', '', {
  type: required(1, string),
  status: required(2, string),
  observedGeneration: nonzero(3, int64),
  lastTransitionTime: required(4, time),
  reason: required(5, string),
  message: required(6, string),
});
export interface Condition extends Infer<typeof Condition> {}

export const StatusCause = object('io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause', '', {
  reason: nonzero(1, string),
  message: nonzero(2, string),
  field: nonzero(3, string),
});
export interface StatusCause extends Infer<typeof StatusCause> {}

export const StatusDetails = object('io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails', '', {
  kind: nonzero(3, string),
  name: nonzero(1, string),
  group: nonzero(2, string),
  causes: optional(4, list(StatusCause)),
  retryAfterSeconds: nonzero(5, int32),
  uid: nonzero(6, string),
});
export interface StatusDetails extends Infer<typeof StatusDetails> {}

export const Status = object('io.k8s.apimachinery.pkg.apis.meta.v1.Status', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ListMeta),
  status: nonzero(2, string),
  message: nonzero(3, string),
  reason: nonzero(4, string),
  details: optional(5, StatusDetails),
  code: nonzero(6, int32),
});
export interface Status extends Infer<typeof Status> {}
