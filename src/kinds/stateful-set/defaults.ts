import { defaultClaim } from '#kinds/persistent-volume-claim/rules.ts';
import { defaultPodTemplate } from '#kinds/pod/defaults.ts';
import type { StatefulSet, StatefulSetUpdateStrategy } from '#kinds/stateful-set/schema.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what a StatefulSet leaves out (apps/v1 StatefulSetSpec). */
export function defaultStatefulSet({ spec }: Draft<StatefulSet>): void {
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.podManagementPolicy ||= 'OrderedReady';
  defaultStrategy(spec.updateStrategy);
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1';
    claim.kind = 'PersistentVolumeClaim';
    defaultClaim(claim as Parameters<typeof defaultClaim>[0]);
  }
  defaultPodTemplate(spec.template);
}

/** `maxUnavailable` belongs to a feature that is switched off at this level of Kubernetes (gate MaxUnavailableStatefulSet). */
function defaultStrategy(strategy: Draft<StatefulSetUpdateStrategy>): void {
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.rollingUpdate === undefined) return;
  delete strategy.rollingUpdate.maxUnavailable;
  if (strategy.type === 'RollingUpdate') strategy.rollingUpdate.partition ??= 0;
}
