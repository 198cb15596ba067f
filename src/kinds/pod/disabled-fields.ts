import type { Container, EphemeralContainer } from '#kinds/pod/schema/container.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { Draft } from '#schema/type.ts';

/** Takes out what belongs to features that are switched off at this level of Kubernetes: such fields are known, and never
 *  stored (spec: node-agent.md section 34; gates ContainerStopSignals, GenericWorkload, ClusterTrustBundleProjection and
 *  PodCertificateRequest). */
export function dropDisabledFields(spec: Draft<PodSpec>): void {
  delete spec.schedulingGroup;
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers]) {
    for (const container of list ?? []) dropStopSignal(container);
  }
  for (const { projected } of spec.volumes ?? []) {
    for (const source of projected?.sources ?? []) {
      delete source.clusterTrustBundle;
      delete source.podCertificate;
    }
  }
}

function dropStopSignal(container: Draft<Container> | Draft<EphemeralContainer>): void {
  if (container.lifecycle?.stopSignal === undefined) return;
  delete container.lifecycle.stopSignal;
  if (Object.keys(container.lifecycle).length === 0) delete container.lifecycle;
}
