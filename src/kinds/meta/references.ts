import { always, nonzero, object, quantity, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const LocalObjectReference = object(
  'io.k8s.api.core.v1.LocalObjectReference',
  '',
  {
    name: nonzero(1, string, '', { zeroDefault: true }),
  },
  { atomic: true },
);
export interface LocalObjectReference extends Infer<typeof LocalObjectReference> {}

export const ObjectFieldSelector = object(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  '',
  {
    apiVersion: nonzero(1, string),
    fieldPath: required(2, string),
  },
  { atomic: true },
);
export interface ObjectFieldSelector extends Infer<typeof ObjectFieldSelector> {}

export const ObjectReference = object(
  'io.k8s.api.core.v1.ObjectReference',
  '',
  {
    kind: nonzero(1, string),
    apiVersion: nonzero(5, string),
    namespace: nonzero(2, string),
    name: nonzero(3, string),
    uid: nonzero(4, string),
    resourceVersion: nonzero(6, string),
    fieldPath: nonzero(7, string),
  },
  { atomic: true },
);
export interface ObjectReference extends Infer<typeof ObjectReference> {}

export const ResourceFieldSelector = object(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  '',
  {
    containerName: nonzero(1, string),
    resource: required(2, string),
    divisor: always(3, quantity),
  },
  { atomic: true },
);
export interface ResourceFieldSelector extends Infer<typeof ResourceFieldSelector> {}
