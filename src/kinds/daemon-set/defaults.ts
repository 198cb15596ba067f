import { templateGenerationAnnotation } from '#kinds/daemon-set/labels.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { defaultPodTemplate } from '#kinds/pod/defaults.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what a DaemonSet leaves out (spec: daemonset.md section 2.1). */
export function defaultDaemonSet({ metadata, spec }: Draft<DaemonSet>): void {
  // Whoever leaves it out says 0, and so owns it.
  if (metadata.annotations?.[templateGenerationAnnotation] === undefined) {
    metadata.annotations = { ...metadata.annotations, [templateGenerationAnnotation]: '0' };
  }
  spec.revisionHistoryLimit ??= 10;
  const strategy = spec.updateStrategy;
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= 1;
    strategy.rollingUpdate.maxSurge ??= 0;
  }
  defaultPodTemplate(spec.template);
}
