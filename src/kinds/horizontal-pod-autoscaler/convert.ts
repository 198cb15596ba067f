import { jsonCopy } from '#base/json.ts';
import {
  behaviorText,
  noteText,
  plainAnnotations,
  readNote,
  withNotes,
} from '#kinds/horizontal-pod-autoscaler/annotations.ts';
import { cpuMetric, defaultAutoscaler } from '#kinds/horizontal-pod-autoscaler/defaults.ts';
import type { MetricSpec, MetricStatus } from '#kinds/horizontal-pod-autoscaler/metrics.ts';
import { newMetric, newStatus, oldMetric, oldStatus } from '#kinds/horizontal-pod-autoscaler/old-metrics.ts';
import type { OldHorizontalPodAutoscaler, OldSpec, OldStatus } from '#kinds/horizontal-pod-autoscaler/old-schema.ts';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
} from '#kinds/horizontal-pod-autoscaler/schema.ts';
import type { StringMap } from '#kinds/meta/labels.ts';
import type { NamespacedMeta } from '#kinds/meta/object.ts';
import type { Draft } from '#schema/type.ts';

/** What autoscaling/v1 has a field for: the first metric of this kind. */
function cpuUtilization({ type, resource }: MetricSpec): number | undefined {
  return type === 'Resource' && resource?.name === 'cpu' ? resource.target.averageUtilization : undefined;
}

/** An autoscaler of autoscaling/v2 in the shape of autoscaling/v1; what that has no fields for stands in annotations. */
export function shownAsOld({ metadata, spec, status }: HorizontalPodAutoscaler): OldHorizontalPodAutoscaler {
  const { metrics = [], behavior } = spec;
  const others = metrics.filter((metric) => cpuUtilization(metric) === undefined);
  const { currentMetrics, conditions = [] } = status;
  const notes = [
    ...(others.length === 0 ? [] : [['metrics', noteText(others.map(oldMetric))] as const]),
    ...(currentMetrics?.length ? [['current-metrics', noteText(currentMetrics.map(oldStatus))] as const] : []),
    ...(behavior === undefined ? [] : [['behavior', behaviorText(behavior)] as const]),
    ...(conditions.length === 0 ? [] : [['conditions', noteText(conditions)] as const]),
  ];
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v1',
    metadata: annotated(metadata, withNotes(metadata.annotations, notes)),
    spec: oldSpec(spec),
    status: oldStatusOf(status),
  };
}

function oldSpec({ scaleTargetRef, minReplicas, maxReplicas, metrics = [] }: HorizontalPodAutoscalerSpec): OldSpec {
  const utilization = metrics.map(cpuUtilization).find((one) => one !== undefined);
  return {
    scaleTargetRef,
    ...(minReplicas === undefined ? {} : { minReplicas }),
    maxReplicas,
    ...(utilization === undefined ? {} : { targetCPUUtilizationPercentage: utilization }),
  };
}

function oldStatusOf(status: HorizontalPodAutoscalerStatus): OldStatus {
  const { observedGeneration, lastScaleTime, currentReplicas = 0, desiredReplicas, currentMetrics } = status;
  const utilization = (currentMetrics ?? [])
    .map(({ type, resource }) =>
      type === 'Resource' && resource?.name === 'cpu' ? resource.current.averageUtilization : undefined,
    )
    .findLast((one) => one !== undefined);
  return {
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    currentReplicas,
    desiredReplicas,
    ...(utilization === undefined ? {} : { currentCPUUtilizationPercentage: utilization }),
  };
}

/** The reverse of `shownAsOld`, with no defaults but the one that an autoscaler without any metric gets: how it is validated. */
export function readFromOld({ metadata, spec, status }: OldHorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const { annotations } = metadata;
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: annotated(metadata, plainAnnotations(annotations)),
    spec: newSpec(spec, annotations),
    status: newStatusOf(status, annotations),
  };
}

/** As `readFromOld`, with all defaults: how it is stored. */
export function storedFromOld(old: OldHorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const draft = jsonCopy(readFromOld(old)) as Draft<HorizontalPodAutoscaler>;
  defaultAutoscaler(draft);
  return draft;
}

function newSpec(spec: OldSpec, annotations: StringMap | undefined): HorizontalPodAutoscalerSpec {
  const { scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: utilization } = spec;
  const metrics = [
    ...(readNote(annotations, 'metrics') ?? []).map(newMetric),
    ...(utilization === undefined ? [] : [cpuMetric(utilization)]),
  ];
  const behavior = readNote(annotations, 'behavior');
  const saysNothing = behavior?.scaleUp === undefined && behavior?.scaleDown === undefined;
  return {
    scaleTargetRef,
    ...(minReplicas === undefined ? {} : { minReplicas }),
    maxReplicas,
    metrics: metrics.length === 0 ? [cpuMetric()] : metrics,
    ...(saysNothing ? {} : { behavior }),
  };
}

function newStatusOf(status: OldStatus, annotations: StringMap | undefined): HorizontalPodAutoscalerStatus {
  const { observedGeneration, lastScaleTime, currentReplicas, desiredReplicas } = status;
  const currentMetrics = readNote(annotations, 'current-metrics')?.map(newStatus) ?? cpuStatus(status);
  const conditions = readNote(annotations, 'conditions') ?? [];
  return {
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    ...(currentReplicas === 0 ? {} : { currentReplicas }),
    desiredReplicas,
    currentMetrics: currentMetrics.length === 0 ? null : currentMetrics,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function cpuStatus({ currentCPUUtilizationPercentage: averageUtilization }: OldStatus): readonly MetricStatus[] {
  if (averageUtilization === undefined) return [];
  return [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization } } }];
}

/** `metadata` with other annotations, in their place. */
function annotated(metadata: NamespacedMeta, annotations: StringMap | undefined): NamespacedMeta {
  if (annotations === metadata.annotations) return metadata;
  const { annotations: _others, ...rest } = metadata;
  return annotations === undefined ? rest : { ...metadata, annotations };
}
