import {
  CrossVersionObjectReference,
  MetricSpec,
  MetricStatus,
  prefix,
} from '#kinds/horizontal-pod-autoscaler/metrics.ts';
import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  int32,
  int64,
  list,
  listMap,
  nonzero,
  object,
  optional,
  quantity,
  required,
  string,
  time,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const HPAScalingPolicy = object(`${prefix}.HPAScalingPolicy`, 'How much may change in some time.', {
  type: required(1, string, 'What is counted: Pods, or Percent of those there are.'),
  value: required(2, int32, 'How much may change; more than zero.'),
  periodSeconds: required(3, int32, 'In how many seconds: 1 to 1800.'),
});
export interface HPAScalingPolicy extends Infer<typeof HPAScalingPolicy> {}

export const HPAScalingRules = object(`${prefix}.HPAScalingRules`, 'How fast the number may change in one direction.', {
  stabilizationWindowSeconds: optional(
    3,
    int32,
    'For how many seconds past recommendations count: 0 to 3600. Unless given 0 upwards, 300 downwards.',
  ),
  selectPolicy: optional(
    1,
    string,
    'Which policy counts: Max, Min, or Disabled for no change at all; Max unless given.',
  ),
  policies: optional(
    2,
    list(HPAScalingPolicy),
    'How much may change. Unless given, in 15 seconds: 4 pods or twice as many upwards, all of them downwards.',
  ),
  tolerance: optional(4, quantity, 'How far off the target is near enough, such as 0.01 for 1 %; 10 % unless given.'),
});
export interface HPAScalingRules extends Infer<typeof HPAScalingRules> {}

export const HorizontalPodAutoscalerBehavior = object(
  `${prefix}.HorizontalPodAutoscalerBehavior`,
  'How fast the number may change.',
  {
    scaleUp: optional(1, HPAScalingRules, 'Upwards.'),
    scaleDown: optional(2, HPAScalingRules, 'Downwards.'),
  },
);
export interface HorizontalPodAutoscalerBehavior extends Infer<typeof HorizontalPodAutoscalerBehavior> {}

export const HorizontalPodAutoscalerCondition = object(
  `${prefix}.HorizontalPodAutoscalerCondition`,
  'One aspect of how it is doing.',
  {
    type: required(1, string, 'Which aspect: AbleToScale, ScalingActive or ScalingLimited.'),
    status: required(2, string, 'True, False or Unknown.'),
    lastTransitionTime: always(3, timeOrNull, 'When the status last changed.'),
    reason: nonzero(4, string, 'One CamelCase word saying why, for programs.'),
    message: nonzero(5, string, 'Why, for people.'),
  },
);
export interface HorizontalPodAutoscalerCondition extends Infer<typeof HorizontalPodAutoscalerCondition> {}

export const HorizontalPodAutoscalerSpec = object(
  `${prefix}.HorizontalPodAutoscalerSpec`,
  'What is scaled, by what, and how far.',
  {
    scaleTargetRef: required(1, CrossVersionObjectReference, 'What is scaled, by its scale subresource.'),
    minReplicas: optional(2, int32, 'The fewest pods; 1 unless given.'),
    maxReplicas: required(3, int32, 'The most pods; at least as many as the fewest.'),
    metrics: optional(
      4,
      list(MetricSpec),
      'What to scale by; the one that asks for most pods wins. 80 % of the requested CPU unless given.',
    ),
    behavior: optional(5, HorizontalPodAutoscalerBehavior, 'How fast the number may change.'),
  },
);
export interface HorizontalPodAutoscalerSpec extends Infer<typeof HorizontalPodAutoscalerSpec> {}

const HorizontalPodAutoscalerStatus = object(`${prefix}.HorizontalPodAutoscalerStatus`, 'How it is doing.', {
  observedGeneration: optional(1, int64, 'The generation that the status is about.'),
  lastScaleTime: optional(2, time, 'When it last changed the number of pods.'),
  currentReplicas: nonzero(3, int32, 'How many pods there are.'),
  desiredReplicas: required(4, int32, 'How many pods there should be.'),
  currentMetrics: always(5, list(MetricStatus), 'The metrics, as last read.'),
  conditions: optional(
    6,
    listMap(HorizontalPodAutoscalerCondition, ['type'], 'type'),
    'Whether it can scale, and what holds it back.',
  ),
});

/** Upstream writes `null` while no metric has been read. */
export type HorizontalPodAutoscalerStatus = Omit<Infer<typeof HorizontalPodAutoscalerStatus>, 'currentMetrics'> & {
  readonly currentMetrics: readonly MetricStatus[] | null;
};

export const HorizontalPodAutoscaler = object(
  `${prefix}.HorizontalPodAutoscaler`,
  'Changes how many pods something has, by what metrics say.',
  {
    ...objectFields,
    spec: required(2, HorizontalPodAutoscalerSpec, 'What is wanted.'),
    status: always(3, HorizontalPodAutoscalerStatus, 'How it is doing.'),
  },
);
export interface HorizontalPodAutoscaler extends Omit<Namespaced<Infer<typeof HorizontalPodAutoscaler>>, 'status'> {
  readonly status: HorizontalPodAutoscalerStatus;
}
