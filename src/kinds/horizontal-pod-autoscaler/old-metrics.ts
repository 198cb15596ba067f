import type { OldMetricSpec, OldMetricStatus } from '#kinds/horizontal-pod-autoscaler/annotated-schema.ts';
import type {
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
} from '#kinds/horizontal-pod-autoscaler/metrics.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';

type Some<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** `fields` without those that are not there. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function identifier(name: string, selector: MetricIdentifier['selector']): MetricIdentifier {
  return given({ name, selector }) as MetricIdentifier;
}

function targetOf(
  type: 'AverageValue' | 'Utilization' | 'Value',
  values: Some<Omit<MetricTarget, 'type'>>,
): MetricTarget {
  return given({ type, ...values }) as MetricTarget;
}

/** A metric in the words of autoscaling/v1. */
export function oldMetric(spec: MetricSpec): OldMetricSpec {
  const { type, object, pods, resource, containerResource, external } = spec;
  return given({
    type,
    object:
      object &&
      given({
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      }),
    pods:
      pods &&
      given({
        metricName: pods.metric.name,
        targetAverageValue: pods.target.averageValue ?? '0',
        selector: pods.metric.selector,
      }),
    resource: resource && oldResource(resource),
    containerResource: containerResource && {
      ...oldResource(containerResource),
      container: containerResource.container,
    },
    external:
      external &&
      given({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  }) as OldMetricSpec;
}

function oldResource({ name, target }: { readonly name: string; readonly target: MetricTarget }) {
  const { averageUtilization, averageValue } = target;
  return given({ name, targetAverageUtilization: averageUtilization, targetAverageValue: averageValue });
}

/** The reverse of `oldMetric`. What kind of target it is follows from the values that are there. */
export function newMetric(old: OldMetricSpec): MetricSpec {
  const { type, object, pods, resource, containerResource, external } = old;
  return given({
    type,
    object: object && newObjectSource(object),
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      target: targetOf('AverageValue', { averageValue: pods.targetAverageValue }),
    },
    resource: resource && newResource(resource),
    containerResource: containerResource && {
      ...newResource(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      target: targetOf(external.targetValue === undefined ? 'AverageValue' : 'Value', {
        value: external.targetValue,
        averageValue: external.targetAverageValue,
      }),
    },
  }) as MetricSpec;
}

/** The old shape always says a value, which means nothing beside an average if it is zero. */
function newObjectSource({
  target,
  metricName,
  targetValue,
  selector,
  averageValue,
}: NonNullable<OldMetricSpec['object']>) {
  const isAverage = averageValue !== undefined;
  const value = isAverage && compareQuantities(targetValue, '0') === 0 ? undefined : targetValue;
  return {
    describedObject: target,
    target: targetOf(isAverage ? 'AverageValue' : 'Value', { value, averageValue }),
    metric: identifier(metricName, selector),
  };
}

function newResource(old: NonNullable<OldMetricSpec['resource']>) {
  const { name, targetAverageUtilization: averageUtilization, targetAverageValue: averageValue } = old;
  const type = averageUtilization === undefined ? 'AverageValue' : 'Utilization';
  return { name, target: targetOf(type, { averageValue, averageUtilization }) };
}

/** The state of a metric in the words of autoscaling/v1. */
export function oldStatus(status: MetricStatus): OldMetricStatus {
  const { type, object, pods, resource, containerResource, external } = status;
  return given({
    type,
    object:
      object &&
      given({
        target: object.describedObject,
        metricName: object.metric.name,
        currentValue: object.current.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.current.averageValue,
      }),
    pods:
      pods &&
      given({
        metricName: pods.metric.name,
        currentAverageValue: pods.current.averageValue ?? '0',
        selector: pods.metric.selector,
      }),
    resource: resource && oldResourceStatus(resource),
    containerResource: containerResource && {
      ...oldResourceStatus(containerResource),
      container: containerResource.container,
    },
    external:
      external &&
      given({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? '0',
        currentAverageValue: external.current.averageValue,
      }),
  }) as OldMetricStatus;
}

function oldResourceStatus({ name, current }: NonNullable<MetricStatus['resource']>) {
  const { averageUtilization, averageValue = '0' } = current;
  return given({ name, currentAverageUtilization: averageUtilization, currentAverageValue: averageValue });
}

/** The reverse of `oldStatus`. */
export function newStatus(old: OldMetricStatus): MetricStatus {
  const { type, object, pods, resource, containerResource, external } = old;
  return given({
    type,
    object: object && {
      metric: identifier(object.metricName, object.selector),
      current: given({ value: object.currentValue, averageValue: object.averageValue }),
      describedObject: object.target,
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      current: { averageValue: pods.currentAverageValue },
    },
    resource: resource && newResourceStatus(resource),
    containerResource: containerResource && {
      ...newResourceStatus(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      current: given({ value: external.currentValue, averageValue: external.currentAverageValue }),
    },
  }) as MetricStatus;
}

function newResourceStatus(old: NonNullable<OldMetricStatus['resource']>) {
  const { name, currentAverageUtilization: averageUtilization, currentAverageValue: averageValue } = old;
  return { name, current: given({ averageValue, averageUtilization }) };
}
