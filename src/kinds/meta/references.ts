import { always, nonzero, object, quantity, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const LocalObjectReference = object(
  'io.k8s.api.core.v1.LocalObjectReference',
  'Points to an object in the same namespace.',
  {
    name: nonzero(1, string, 'The name of the object.', { zeroDefault: true }),
  },
  { atomic: true },
);
export interface LocalObjectReference extends Infer<typeof LocalObjectReference> {}

export const ObjectFieldSelector = object(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  'Picks a field of the pod.',
  {
    apiVersion: nonzero(1, string, 'The version in which the field is named; v1 unless given.'),
    fieldPath: required(2, string, 'The field, such as metadata.name or status.podIP.'),
  },
  { atomic: true },
);
export interface ObjectFieldSelector extends Infer<typeof ObjectFieldSelector> {}

export const ObjectReference = object(
  'io.k8s.api.core.v1.ObjectReference',
  'Points to an object, or to a part of one.',
  {
    kind: nonzero(1, string, 'The kind of the object.'),
    apiVersion: nonzero(5, string, 'The group and version of its kind.'),
    namespace: nonzero(2, string, 'The namespace of the object.'),
    name: nonzero(3, string, 'The name of the object.'),
    uid: nonzero(4, string, 'The uid of the object.'),
    resourceVersion: nonzero(6, string, 'The version that is meant.'),
    fieldPath: nonzero(7, string, 'The part that is meant, such as spec.containers{main}.'),
  },
  { atomic: true },
);
export interface ObjectReference extends Infer<typeof ObjectReference> {}

export const ResourceFieldSelector = object(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  'Picks a resource amount of a container.',
  {
    containerName: nonzero(1, string, 'The container; needed in volumes, its own in environments.'),
    resource: required(2, string, 'The resource, such as limits.cpu or requests.memory.'),
    divisor: always(3, quantity, 'The unit of the answer, such as 1m or 1Mi; 1 unless given.'),
  },
  { atomic: true },
);
export interface ResourceFieldSelector extends Infer<typeof ResourceFieldSelector> {}
