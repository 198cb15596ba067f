import { OldObjectReference } from '#kinds/horizontal-pod-autoscaler/old-schema.ts';
import {
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
} from '#kinds/horizontal-pod-autoscaler/schema.ts';
import { LabelSelector } from '#kinds/meta/schema.ts';
import { always, int32, list, object, optional, quantity, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

/** What annotations of autoscaling/v1 hold. Nobody but us reads these schemas: they are published by no document and travel in no
 *  message. The order of their fields is the order in which Go writes them. */

const ObjectMetricSource = object('ObjectMetricSource', '', {
  target: required(1, OldObjectReference),
  metricName: required(2, string),
  targetValue: required(3, quantity),
  selector: optional(4, LabelSelector),
  averageValue: optional(5, quantity),
});

const PodsMetricSource = object('PodsMetricSource', '', {
  metricName: required(1, string),
  targetAverageValue: required(2, quantity),
  selector: optional(3, LabelSelector),
});

const resourceSource = {
  name: required(1, string),
  targetAverageUtilization: optional(2, int32),
  targetAverageValue: optional(3, quantity),
};

const ExternalMetricSource = object('ExternalMetricSource', '', {
  metricName: required(1, string),
  metricSelector: optional(2, LabelSelector),
  targetValue: optional(3, quantity),
  targetAverageValue: optional(4, quantity),
});

const OldMetricSpec = object('MetricSpec', '', {
  type: required(1, string),
  object: optional(2, ObjectMetricSource),
  pods: optional(3, PodsMetricSource),
  resource: optional(4, object('ResourceMetricSource', '', resourceSource)),
  containerResource: optional(
    7,
    object('ContainerResourceMetricSource', '', { ...resourceSource, container: required(5, string) }),
  ),
  external: optional(5, ExternalMetricSource),
});
export interface OldMetricSpec extends Infer<typeof OldMetricSpec> {}

const ObjectMetricStatus = object('ObjectMetricStatus', '', {
  target: required(1, OldObjectReference),
  metricName: required(2, string),
  currentValue: required(3, quantity),
  selector: optional(4, LabelSelector),
  averageValue: optional(5, quantity),
});

const PodsMetricStatus = object('PodsMetricStatus', '', {
  metricName: required(1, string),
  currentAverageValue: required(2, quantity),
  selector: optional(3, LabelSelector),
});

const resourceStatus = {
  name: required(1, string),
  currentAverageUtilization: optional(2, int32),
  currentAverageValue: required(3, quantity),
};

const ExternalMetricStatus = object('ExternalMetricStatus', '', {
  metricName: required(1, string),
  metricSelector: optional(2, LabelSelector),
  currentValue: required(3, quantity),
  currentAverageValue: optional(4, quantity),
});

const OldMetricStatus = object('MetricStatus', '', {
  type: required(1, string),
  object: optional(2, ObjectMetricStatus),
  pods: optional(3, PodsMetricStatus),
  resource: optional(4, object('ResourceMetricStatus', '', resourceStatus)),
  containerResource: optional(
    7,
    object('ContainerResourceMetricStatus', '', { ...resourceStatus, container: required(4, string) }),
  ),
  external: optional(5, ExternalMetricStatus),
});
export interface OldMetricStatus extends Infer<typeof OldMetricStatus> {}

/** One field for each annotation, named as the last part of its key. */
export const Annotated = object('Annotated', '', {
  metrics: always(1, list(OldMetricSpec)),
  'current-metrics': always(2, list(OldMetricStatus)),
  conditions: always(3, list(HorizontalPodAutoscalerCondition)),
  behavior: always(4, HorizontalPodAutoscalerBehavior),
});
export interface Annotated extends Infer<typeof Annotated> {}
