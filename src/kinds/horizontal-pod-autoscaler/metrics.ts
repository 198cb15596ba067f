import { LabelSelector } from '#kinds/meta/schema.ts';
import { int32, nonzero, object, optional, quantity, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const prefix = 'io.k8s.api.autoscaling.v2';

export const CrossVersionObjectReference = object(
  `${prefix}.CrossVersionObjectReference`,
  'Points to an object of the same namespace.',
  {
    kind: required(1, string, 'The kind of the object.'),
    name: required(2, string, 'The name of the object.'),
    apiVersion: nonzero(3, string, 'The group and version of the kind, such as apps/v1.'),
  },
);
export interface CrossVersionObjectReference extends Infer<typeof CrossVersionObjectReference> {}

export const MetricIdentifier = object(`${prefix}.MetricIdentifier`, 'A metric by name and labels.', {
  name: required(1, string, 'The name of the metric.'),
  selector: optional(
    2,
    LabelSelector,
    'The labels of the series, handed to whoever serves the metric; all unless given.',
  ),
});
export interface MetricIdentifier extends Infer<typeof MetricIdentifier> {}

export const MetricTarget = object(`${prefix}.MetricTarget`, 'What a metric is to be.', {
  type: required(1, string, 'Which of the others counts: Utilization, Value or AverageValue.'),
  value: optional(2, quantity, 'What the metric itself is to be.'),
  averageValue: optional(3, quantity, 'What it is to be for each pod, on average.'),
  averageUtilization: optional(
    4,
    int32,
    'What pods are to use of what they request, on average, in percent; for resources alone.',
  ),
});
export interface MetricTarget extends Infer<typeof MetricTarget> {}

export const MetricValueStatus = object(`${prefix}.MetricValueStatus`, 'What a metric was when last read.', {
  value: optional(1, quantity, 'The metric itself.'),
  averageValue: optional(2, quantity, 'Its average over the pods.'),
  averageUtilization: optional(3, int32, 'What pods use of what they request, on average, in percent.'),
});
export interface MetricValueStatus extends Infer<typeof MetricValueStatus> {}

const metric = 'The metric, by name and labels.';
const target = 'What it is to be.';
const current = 'What it was when last read.';
const resourceName = 'The resource, such as cpu or memory.';
const container = 'The container of the pods that is measured.';
const describedObject = 'The object that it is about.';

export const ObjectMetricSource = object(`${prefix}.ObjectMetricSource`, 'A metric about one object.', {
  describedObject: required(1, CrossVersionObjectReference, describedObject),
  target: required(2, MetricTarget, target),
  metric: required(3, MetricIdentifier, metric),
});
export interface ObjectMetricSource extends Infer<typeof ObjectMetricSource> {}

export const PodsMetricSource = object(
  `${prefix}.PodsMetricSource`,
  'A metric about each pod, of which the average counts.',
  {
    metric: required(1, MetricIdentifier, metric),
    target: required(2, MetricTarget, target),
  },
);
export interface PodsMetricSource extends Infer<typeof PodsMetricSource> {}

export const ResourceMetricSource = object(`${prefix}.ResourceMetricSource`, 'What the pods use of a resource.', {
  name: required(1, string, resourceName),
  target: required(2, MetricTarget, target),
});
export interface ResourceMetricSource extends Infer<typeof ResourceMetricSource> {}

export const ContainerResourceMetricSource = object(
  `${prefix}.ContainerResourceMetricSource`,
  'What one container of the pods uses of a resource.',
  {
    name: required(1, string, resourceName),
    target: required(2, MetricTarget, target),
    container: required(3, string, container),
  },
);
export interface ContainerResourceMetricSource extends Infer<typeof ContainerResourceMetricSource> {}

export const ExternalMetricSource = object(
  `${prefix}.ExternalMetricSource`,
  'A metric about something outside of the cluster.',
  {
    metric: required(1, MetricIdentifier, metric),
    target: required(2, MetricTarget, target),
  },
);
export interface ExternalMetricSource extends Infer<typeof ExternalMetricSource> {}

const type =
  'What is measured: ContainerResource, External, Object, Pods or Resource; the field of that name says more.';

export const MetricSpec = object(
  `${prefix}.MetricSpec`,
  'Something to scale by: the type and the field that goes with it.',
  {
    type: required(1, string, type),
    object: optional(2, ObjectMetricSource, 'A metric about one object.'),
    pods: optional(3, PodsMetricSource, 'A metric about each pod.'),
    resource: optional(4, ResourceMetricSource, 'What the pods use of a resource.'),
    containerResource: optional(7, ContainerResourceMetricSource, 'What one container of the pods uses of a resource.'),
    external: optional(5, ExternalMetricSource, 'A metric about something outside of the cluster.'),
  },
);
export interface MetricSpec extends Infer<typeof MetricSpec> {}

const ObjectMetricStatus = object(`${prefix}.ObjectMetricStatus`, 'A metric about one object, as last read.', {
  metric: required(1, MetricIdentifier, metric),
  current: required(2, MetricValueStatus, current),
  describedObject: required(3, CrossVersionObjectReference, describedObject),
});

const PodsMetricStatus = object(`${prefix}.PodsMetricStatus`, 'A metric about each pod, as last read.', {
  metric: required(1, MetricIdentifier, metric),
  current: required(2, MetricValueStatus, current),
});

const ResourceMetricStatus = object(`${prefix}.ResourceMetricStatus`, 'What the pods used of a resource.', {
  name: required(1, string, resourceName),
  current: required(2, MetricValueStatus, current),
});

const ContainerResourceMetricStatus = object(
  `${prefix}.ContainerResourceMetricStatus`,
  'What one container of the pods used of a resource.',
  {
    name: required(1, string, resourceName),
    current: required(2, MetricValueStatus, current),
    container: required(3, string, container),
  },
);

const ExternalMetricStatus = object(
  `${prefix}.ExternalMetricStatus`,
  'A metric about something outside of the cluster, as last read.',
  {
    metric: required(1, MetricIdentifier, metric),
    current: required(2, MetricValueStatus, current),
  },
);

export const MetricStatus = object(`${prefix}.MetricStatus`, 'A metric as it was when last read.', {
  type: required(1, string, type),
  object: optional(2, ObjectMetricStatus, 'A metric about one object.'),
  pods: optional(3, PodsMetricStatus, 'A metric about each pod.'),
  resource: optional(4, ResourceMetricStatus, 'What the pods used of a resource.'),
  containerResource: optional(7, ContainerResourceMetricStatus, 'What one container of the pods used of a resource.'),
  external: optional(5, ExternalMetricStatus, 'A metric about something outside of the cluster.'),
});
export interface MetricStatus extends Infer<typeof MetricStatus> {}
