import { defineResource } from '#kinds/define.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { formatSelector, selectorOf } from '#kinds/meta/selector.ts';
import { defaultPodTemplate } from '#kinds/pod/defaults.ts';
import { mountHints } from '#kinds/pod/hints.ts';
import { replicaCells, replicaColumns } from '#kinds/replica-set/table.ts';
import { validateReplicaStatus } from '#kinds/replica-set/validate.ts';
import { ReplicationController } from '#kinds/replication-controller/schema.ts';
import { validateReplicationController } from '#kinds/replication-controller/validate.ts';
import { labelText } from '#kinds/table.ts';
import { workloadNotes, workloadScale, workloadWarnings } from '#kinds/workload/workload.ts';
import type { Draft } from '#schema/type.ts';

/** ReplicationControllers, kept as on a cluster; nothing runs them. */
export const replicationControllers = defineResource<ReplicationController>({
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  schema: ReplicationController,
  scale: { ...workloadScale, selectorText: (object) => selectorText(object as ReplicationController) },
  rules: {
    hasStatus: true,
    managesGeneration: true,
    // Upstream does not look at a prefix whose name it looks at.
    nameProblems: (name, prefix) => (prefix ? [] : subdomainProblems(name)),
    defaultPropagation: 'Orphan',
    defaults: defaultReplicationController,
    validate: validateReplicationController,
    validateUpdate: validateReplicationController,
    validateStatusUpdate: ({ status }) => validateReplicaStatus(status),
    warnings: controllerWarnings,
    notes: workloadNotes('ReplicationController'),
    hints: ({ spec }, errors) =>
      spec.template === undefined ? [] : mountHints(spec.template.spec, errors, 'spec.template.spec'),
  },
  table: {
    columns: replicaColumns,
    cells: (controller, now) => replicaCells(controller, labelText(controller.spec.selector), now),
  },
  selectableFields: { 'status.replicas': ({ status }) => String(status.replicas) },
});

/** The labels of the template stand for a selector and labels that are not given (v1 ReplicationControllerSpec). */
function defaultReplicationController({ metadata, spec }: Draft<ReplicationController>): void {
  spec.replicas ??= 1;
  if (spec.template === undefined) return;
  const { labels } = spec.template.metadata;
  if (labels !== undefined) {
    if (isEmpty(spec.selector)) spec.selector = { ...labels };
    if (isEmpty(metadata.labels)) metadata.labels = { ...labels };
  }
  defaultPodTemplate(spec.template);
}

function isEmpty(map: { readonly [key: string]: string } | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

/** After a change of the template upstream speaks of the template as it was before. */
function controllerWarnings(
  controller: ReplicationController,
  old: ReplicationController | undefined,
): readonly string[] {
  if (old === undefined) return workloadWarnings(controller, undefined);
  const { generation } = controller.metadata;
  return workloadWarnings(
    { ...old, metadata: { ...old.metadata, ...(generation === undefined ? {} : { generation }) } },
    old,
  );
}

function selectorText({ spec }: ReplicationController): string {
  return formatSelector(selectorOf({ matchLabels: spec.selector ?? {} }));
}
