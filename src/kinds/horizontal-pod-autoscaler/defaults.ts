import { plainAnnotations } from '#kinds/horizontal-pod-autoscaler/annotations.ts';
import type { MetricSpec } from '#kinds/horizontal-pod-autoscaler/metrics.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HPAScalingRules,
} from '#kinds/horizontal-pod-autoscaler/schema.ts';
import type { Draft } from '#schema/type.ts';

const defaultUtilization = 80;

/** How much CPU is to be used, in percent of what is requested. */
export function cpuMetric(averageUtilization = defaultUtilization): MetricSpec {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

/** Fills in what an autoscaler leaves out, in the shape of autoscaling/v2. */
export function defaultAutoscaler(autoscaler: Draft<HorizontalPodAutoscaler>): void {
  dropNotes(autoscaler);
  const { spec, status } = autoscaler;
  spec.minReplicas ??= 1;
  if ((spec.metrics ?? []).length === 0) spec.metrics = [cpuMetric() as Draft<MetricSpec>];
  if (spec.behavior !== undefined)
    spec.behavior = completeBehavior(spec.behavior) as Draft<HorizontalPodAutoscalerBehavior>;
  if (status.currentMetrics?.length === 0) status.currentMetrics = null;
}

/** The annotations that carry parts of the object in autoscaling/v1 mean nothing in this shape. */
function dropNotes({ metadata }: Draft<HorizontalPodAutoscaler>): void {
  const annotations = plainAnnotations(metadata.annotations);
  if (annotations === metadata.annotations) return;
  if (annotations === undefined) delete metadata.annotations;
  else metadata.annotations = annotations;
}

/** Where there are rules for one direction, there are for both. */
function completeBehavior({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior): HorizontalPodAutoscalerBehavior {
  return { scaleUp: withDefaults(scaleUp, upRules), scaleDown: withDefaults(scaleDown, downRules) };
}

const upRules: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};

const downRules: HPAScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

function withDefaults(rules: HPAScalingRules = {}, defaults: HPAScalingRules): HPAScalingRules {
  const { stabilizationWindowSeconds, selectPolicy, policies, tolerance } = { ...defaults, ...rules };
  return {
    ...(stabilizationWindowSeconds === undefined ? {} : { stabilizationWindowSeconds }),
    ...(selectPolicy === undefined ? {} : { selectPolicy }),
    ...(policies === undefined ? {} : { policies }),
    ...(tolerance === undefined ? {} : { tolerance }),
  };
}
