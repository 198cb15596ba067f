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

export const ManagedFieldsEntry = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry',
  'The fields that one manager set in one way.',
  {
    apiVersion: nonzero(3, string, 'The version in which the fields are named.'),
    manager: nonzero(1, string, 'Who set them.'),
    operation: nonzero(2, string, 'Apply or Update.'),
    time: optional(4, time, 'When the set of fields last changed.'),
    fieldsType: nonzero(6, string, 'The format of the next field; always FieldsV1.'),
    fieldsV1: optional(7, fieldsV1, 'The fields, as a tree of keys.'),
    subresource: nonzero(8, string, 'The subresource they were written through.'),
  },
);
export interface ManagedFieldsEntry extends Infer<typeof ManagedFieldsEntry> {}

export const OwnerReference = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  'An object that this one belongs to, in the same namespace.',
  {
    kind: required(1, string, 'The kind of the owner.'),
    apiVersion: required(5, string, "The group and version of the owner's kind."),
    name: required(3, string, 'The name of the owner.'),
    uid: required(4, string, 'The uid of the owner.'),
    controller: optional(6, boolean, 'Whether the owner manages this object; at most one does.'),
    blockOwnerDeletion: optional(7, boolean, 'Whether the owner waits for this object in a foreground deletion.'),
  },
  { atomic: true },
);
export interface OwnerReference extends Infer<typeof OwnerReference> {}

export const ObjectMeta = object('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'What all objects have.', {
  name: nonzero(1, string, 'Unique within the kind and namespace; cannot change.'),
  generateName: nonzero(2, string, 'The start of a name that the server completes.'),
  namespace: nonzero(3, string, 'The namespace the object is in; default unless given.'),
  selfLink: nonzero(4, string, 'No longer used.'),
  uid: nonzero(5, string, 'Unique over all objects and times; given by the server.'),
  resourceVersion: nonzero(6, string, 'Changes with every write; send it back to make sure nothing changed meanwhile.'),
  generation: nonzero(7, int64, 'Counts the changes of what is asked for.'),
  creationTimestamp: optional(8, time, 'CreationTimestamp is a timestamp of when the server created the object.', {
    plain: true,
  }),
  deletionTimestamp: optional(9, time, 'When the object is to be gone; set by a delete request.'),
  deletionGracePeriodSeconds: optional(10, int64, 'Seconds it was given to end.'),
  labels: optional(11, map(string), 'Short values to select objects by.'),
  annotations: optional(12, map(string), 'Notes for tools; cannot be selected by.'),
  ownerReferences: optional(
    13,
    listMap(OwnerReference, ['uid'], 'uid'),
    'Objects it belongs to; when all are gone, it goes too.',
  ),
  finalizers: optional(14, listSet(string, 'merge'), 'Who must still clean up before the object can go.'),
  managedFields: optional(17, list(ManagedFieldsEntry), 'Who last set which fields.'),
});
export interface ObjectMeta extends Infer<typeof ObjectMeta> {}

/** How every kind's fields begin: spread into them. */
export const objectFields = {
  kind: always(0, string, 'The kind of this object.'),
  apiVersion: always(0, string, 'APIVersion defines the group and version of the kind.'),
  metadata: always(
    1,
    ObjectMeta,
    "Standard object's metadata: name, labels and everything else that all objects have.",
  ),
};

export const ShardInfo = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo',
  'Which part of a collection a list shows.',
  {
    selector: required(1, string, 'The selector of the part.'),
  },
);
export interface ShardInfo extends Infer<typeof ShardInfo> {}

export const ListMeta = object('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta', 'What all lists have.', {
  selfLink: nonzero(1, string, 'No longer used.'),
  resourceVersion: nonzero(2, string, 'The version of the collection that the list shows.'),
  continue: nonzero(3, string, 'Send it back to get the next page.'),
  remainingItemCount: optional(4, int64, 'How many objects follow on later pages, if known.'),
  shardInfo: optional(5, ShardInfo, 'Which part of the collection the list shows.'),
});
export interface ListMeta extends Infer<typeof ListMeta> {}

export const LabelSelectorRequirement = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement',
  'One requirement on labels.',
  {
    key: required(1, string, 'The label.'),
    operator: required(2, string, 'In, NotIn, Exists or DoesNotExist.'),
    values: optional(3, list(string), 'The values for In and NotIn.'),
  },
);
export interface LabelSelectorRequirement extends Infer<typeof LabelSelectorRequirement> {}

export const LabelSelector = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  'Selects objects by their labels; all parts must fit. Empty selects everything.',
  {
    matchLabels: optional(1, map(string), 'Labels that must be there with these values.'),
    matchExpressions: optional(2, list(LabelSelectorRequirement), 'Further requirements.'),
  },
  { atomic: true },
);
export interface LabelSelector extends Infer<typeof LabelSelector> {}

export const Preconditions = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions',
  'What must hold before an object is deleted.',
  {
    uid: optional(1, string, 'The uid the object must have.'),
    resourceVersion: optional(2, string, 'The version the object must have.'),
  },
);
export interface Preconditions extends Infer<typeof Preconditions> {}

export const DeleteOptions = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  'How an object is to be deleted.',
  {
    kind: always(0, string, 'The kind of this object.'),
    apiVersion: always(0, string, 'APIVersion defines the group and version of the kind.'),
    gracePeriodSeconds: optional(1, int64, 'Seconds it may take to end; 0 is at once.'),
    preconditions: optional(2, Preconditions, 'What must hold, or nothing is deleted.'),
    orphanDependents: optional(3, boolean, 'Use propagationPolicy instead.'),
    propagationPolicy: optional(4, string, 'What happens to dependents: Orphan, Background or Foreground.'),
    dryRun: optional(5, list(string), 'All: check everything but delete nothing.'),
    ignoreStoreReadErrorWithClusterBreakingPotential: optional(
      6,
      boolean,
      'Deletes an object that can no longer be read from the store.',
    ),
  },
);
export interface DeleteOptions extends Infer<typeof DeleteOptions> {}

export const Condition = object('io.k8s.apimachinery.pkg.apis.meta.v1.Condition', 'One finding about an object.', {
  type: required(1, string, 'What is judged.'),
  status: required(2, string, 'True, False or Unknown.'),
  observedGeneration: nonzero(3, int64, 'The generation that this finding speaks of.'),
  lastTransitionTime: required(4, time, 'When the status last changed.'),
  reason: required(5, string, 'One CamelCase word saying why.'),
  message: required(6, string, 'The same for people.'),
});
export interface Condition extends Infer<typeof Condition> {}

export const StatusCause = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause',
  'One problem of a failed request.',
  {
    reason: nonzero(1, string, 'One CamelCase word saying what is wrong.'),
    message: nonzero(2, string, 'What is wrong, for people.'),
    field: nonzero(3, string, 'The field that is wrong, as a path.'),
  },
);
export interface StatusCause extends Infer<typeof StatusCause> {}

export const StatusDetails = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails',
  'What a failed request was about.',
  {
    kind: nonzero(3, string, 'The resource or kind that was asked for.'),
    name: nonzero(1, string, 'The name that was asked for.'),
    group: nonzero(2, string, 'The group of the resource.'),
    causes: optional(4, list(StatusCause), 'Each single problem.'),
    retryAfterSeconds: nonzero(5, int32, 'Seconds after which to try again.'),
    uid: nonzero(6, string, 'The uid of the object.'),
  },
);
export interface StatusDetails extends Infer<typeof StatusDetails> {}

export const Status = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Status',
  'The outcome of a request that does not answer with an object.',
  {
    kind: always(0, string, 'The kind of this object.'),
    apiVersion: always(0, string, 'APIVersion defines the group and version of the kind.'),
    metadata: always(
      1,
      ListMeta,
      "Standard object's metadata: name, labels and everything else that all objects have.",
    ),
    status: nonzero(2, string, 'Success or Failure.'),
    message: nonzero(3, string, 'The outcome in words.'),
    reason: nonzero(4, string, 'One CamelCase word saying why it failed.'),
    details: optional(5, StatusDetails, 'What it was about.'),
    code: nonzero(6, int32, 'The HTTP status code.'),
  },
);
export interface Status extends Infer<typeof Status> {}
