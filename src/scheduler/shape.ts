import type { Pod } from '#kinds/pod/schema/pod.ts';
import { demandOf } from '#placement/demand.ts';

/** A text that is equal for pods that every node treats equally. Labels count only where rules look at them: in pods with
 *  terms about other pods, and `withLabels`, when such terms of others were met. */
export function shapeOf(pod: Pod, withLabels: boolean): string {
  const { spec, metadata } = pod;
  const { requests, ports, neighbours, spread, claims } = demandOf(pod);
  const { required, requiredAnti, preferred } = neighbours;
  const labelled = withLabels || required.length + requiredAnti.length + preferred.length + spread.length > 0;
  return JSON.stringify([
    labelled,
    metadata.namespace,
    spec.priority,
    spec.preemptionPolicy,
    [...requests],
    ports,
    spec.nodeSelector,
    spec.affinity,
    spec.tolerations,
    spec.topologySpreadConstraints,
    labelled ? metadata.labels : undefined,
    ...claims,
  ]);
}
