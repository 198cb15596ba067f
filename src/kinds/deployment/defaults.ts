import type { Deployment } from '#kinds/deployment/schema.ts';
import { defaultPodTemplate } from '#kinds/pod/defaults.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what a Deployment leaves out (apps/v1 DeploymentSpec). */
export function defaultDeployment({ spec }: Draft<Deployment>): void {
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  const { strategy } = spec;
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate ??= {};
    strategy.rollingUpdate.maxUnavailable ??= '25%';
    strategy.rollingUpdate.maxSurge ??= '25%';
  }
  defaultPodTemplate(spec.template);
}
