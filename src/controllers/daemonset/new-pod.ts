import type { Newest } from '#controllers/daemonset/pod-facts.ts';
import { daemonTolerations } from '#controllers/daemonset/tolerations.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { revisionHashLabel, templateGenerationLabel } from '#kinds/daemon-set/labels.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { ownerReference } from '#kinds/meta/owners.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Affinity } from '#kinds/pod/schema/scheduling.ts';
import { podFromTemplate } from '#reconcile/pod-control.ts';

/** Makes the pods of one DaemonSet, node by node; what is the same for all is worked out once
 *  (spec: daemonset.md section 7). */
export function podMaker(daemonSet: DaemonSet, { hash, generation }: Newest): (nodeName: string) => New<Pod> {
  const pod = podFromTemplate(
    daemonSet.spec.template,
    daemonSet.metadata.namespace,
    ownerReference(daemonSet, daemonSets),
  );
  const labels = {
    ...pod.metadata.labels,
    [revisionHashLabel]: hash,
    ...(generation === undefined ? {} : { [templateGenerationLabel]: generation }),
  };
  const metadata = { ...pod.metadata, labels };
  const spec = { ...pod.spec, tolerations: daemonTolerations(pod.spec) };
  return (nodeName) => ({ metadata, spec: { ...spec, affinity: onlyOn(nodeName, spec.affinity) } });
}

/** The template's own demand on nodes has been judged by now; in its place stands the one node. Everything else is kept. */
function onlyOn(nodeName: string, affinity: Affinity | undefined): Affinity {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [nodeName] }];
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    },
  };
}
