import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { Draft } from '#schema/type.ts';

/** Takes out what belongs to features that are switched off at this level of Kubernetes: such fields are known, and never
 *  stored (spec: node-agent.md section 34; gates ContainerStopSignals and GenericWorkload). */
export function dropDisabledFields(spec: Draft<PodSpec>): void {
  delete spec.schedulingGroup;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    if (container.lifecycle?.stopSignal === undefined) continue;
    delete container.lifecycle.stopSignal;
    if (Object.keys(container.lifecycle).length === 0) delete container.lifecycle;
  }
}
