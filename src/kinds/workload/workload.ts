import type { KindRules, ScalePaths } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { formatSelector, selectorOf } from '#kinds/meta/selector.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { nameWarnings, podWarnings } from '#kinds/pod/warnings.ts';

/** What Deployments, ReplicaSets, StatefulSets and ReplicationControllers have in common: they are kept as on a cluster, and nothing
 *  here makes their pods. */

interface Workload extends KubeObject {
  readonly spec: { readonly template?: PodTemplateSpec };
}

/** Where the scale of a workload with a `LabelSelector` stands. */
export const workloadScale: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  selectorText: (object) =>
    formatSelector(selectorOf((object as { readonly spec?: { readonly selector?: LabelSelector } }).spec?.selector)),
};

/** What people read after each change of such an object. */
export function workloadNotes(kind: string): NonNullable<KindRules<KubeObject>['notes']> {
  const note = `${kind}s are kept here but nothing starts their pods: Sampan runs Jobs, CronJobs and DaemonSets`;
  return () => [note];
}

/** What is allowed in a workload's template but may surprise; after a create, and after changes of the spec. */
export function templateWarnings({ metadata, spec }: Workload, old: Workload | undefined): readonly string[] {
  if (spec.template === undefined) return [];
  if (old !== undefined && old.metadata.generation === metadata.generation) return [];
  return podWarnings(spec.template, 'spec.template');
}

/** As `templateWarnings`, and about the name. */
export function workloadWarnings(object: Workload, old: Workload | undefined): readonly string[] {
  return [...(old === undefined ? nameWarnings(object.metadata.name) : []), ...templateWarnings(object, old)];
}
