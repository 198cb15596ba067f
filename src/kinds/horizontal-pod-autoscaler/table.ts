import type { TableDefinition } from '#kinds/definition.ts';
import type {
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '#kinds/horizontal-pod-autoscaler/metrics.ts';
import type { HorizontalPodAutoscaler } from '#kinds/horizontal-pod-autoscaler/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const metricsShown = 2;

export const autoscalerTable: TableDefinition<HorizontalPodAutoscaler> = {
  columns: [
    nameColumn,
    column('Reference', { description: 'What is scaled.' }),
    column('Targets', { description: 'What the metrics are, and what they are to be.' }),
    column('MinPods', { description: 'The fewest pods.' }),
    column('MaxPods', { description: 'The most pods.' }),
    column('Replicas', { description: 'How many pods there are.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
    targets(spec.metrics ?? [], status.currentMetrics ?? []),
    spec.minReplicas === undefined ? '<unset>' : String(spec.minReplicas),
    spec.maxReplicas,
    status.currentReplicas ?? 0,
    ageOf(metadata.creationTimestamp, now),
  ],
};

function targets(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  if (specs.length === 0) return '<none>';
  const all = specs.map((spec, index) => target(spec, statuses[index]));
  const shown = all.slice(0, metricsShown).join(', ');
  return all.length > metricsShown ? `${shown} + ${all.length - metricsShown} more...` : shown;
}

const unknown = '<unknown>';
/** How Go prints an amount that is not there. */
const nothing = '<nil>';

function target(spec: MetricSpec, status: MetricStatus | undefined): string {
  const { type, external, pods, object, resource, containerResource } = spec;
  if (type === 'External' && external) return total(external.target, status?.external?.current);
  if (type === 'Object' && object) return total(object.target, status?.object?.current);
  if (type === 'Pods' && pods) {
    const current = status?.pods?.current;
    return `${current === undefined ? unknown : (current.averageValue ?? nothing)}/${pods.target.averageValue ?? nothing}`;
  }
  if (type === 'Resource' && resource) return used(resource, status?.resource?.current);
  if (type === 'ContainerResource' && containerResource)
    return used(containerResource, status?.containerResource?.current);
  return '<unknown type>';
}

function total({ value, averageValue }: MetricTarget, current: MetricValueStatus | undefined): string {
  if (averageValue !== undefined) return `${current?.averageValue ?? unknown}/${averageValue} (avg)`;
  return `${current === undefined ? unknown : (current.value ?? nothing)}/${value ?? nothing}`;
}

function used(
  { name, target: { averageValue, averageUtilization } }: { readonly name: string; readonly target: MetricTarget },
  current: MetricValueStatus | undefined,
): string {
  if (averageValue !== undefined) {
    return `${name}: ${current === undefined ? unknown : (current.averageValue ?? nothing)}/${averageValue}`;
  }
  const share = (percent: number | undefined, without: string): string =>
    percent === undefined ? without : `${percent}%`;
  return `${name}: ${share(current?.averageUtilization, unknown)}/${share(averageUtilization, '<auto>')}`;
}
