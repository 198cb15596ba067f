import type { ResourceDefinition } from '#kinds/definition.ts';
import { setCondition } from '#kinds/meta/conditions.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { NamespaceCondition } from '#kinds/namespace/schema.ts';

/** What is left of one resource in a namespace under deletion. */
export interface Remainder {
  readonly resource: ResourceDefinition;
  readonly objects: readonly KubeObject[];
}

/** `conditions` brought in line with what remains, in upstream's words (spec: nodes-and-scheduling.md section 10.2).
 *  `failure` is the text of the error that kept content from being deleted, if one did. */
export function deletionConditions(
  conditions: readonly NamespaceCondition[] | undefined,
  remaining: readonly Remainder[],
  failure: string | undefined,
  lastTransitionTime: string,
): readonly NamespaceCondition[] {
  const put = (
    list: readonly NamespaceCondition[] | undefined,
    type: string,
    status: string,
    reason: string,
    message: string,
  ) => setCondition(list, { type, status, reason, message, lastTransitionTime });
  let next = put(
    conditions,
    'NamespaceDeletionDiscoveryFailure',
    'False',
    'ResourcesDiscovered',
    'All resources successfully discovered',
  );
  next = put(
    next,
    'NamespaceDeletionGroupVersionParsingFailure',
    'False',
    'ParsedGroupVersions',
    'All legacy kube types successfully parsed',
  );
  next =
    failure === undefined
      ? put(
          next,
          'NamespaceDeletionContentFailure',
          'False',
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        )
      : put(next, 'NamespaceDeletionContentFailure', 'True', 'ContentDeletionFailed', failure);
  next =
    remaining.length === 0
      ? put(next, 'NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed')
      : put(
          next,
          'NamespaceContentRemaining',
          'True',
          'SomeResourcesRemain',
          `Some resources are remaining: ${instances(remaining)}`,
        );
  const finalizers = finalizerCounts(remaining);
  return finalizers === ''
    ? put(
        next,
        'NamespaceFinalizersRemaining',
        'False',
        'ContentHasNoFinalizers',
        'All content-preserving finalizers finished',
      )
    : put(
        next,
        'NamespaceFinalizersRemaining',
        'True',
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${finalizers}`,
      );
}

/** "configmaps. has 1 resource instances, jobs.batch has 2 resource instances": the core group leaves its dot. */
function instances(remaining: readonly Remainder[]): string {
  return remaining
    .map(({ resource, objects }) => `${resource.plural}.${resource.group} has ${objects.length} resource instances`)
    .toSorted()
    .join(', ');
}

function finalizerCounts(remaining: readonly Remainder[]): string {
  const counts = new Map<string, number>();
  for (const { objects } of remaining) {
    for (const finalizer of objects.flatMap((object) => object.metadata.finalizers ?? [])) {
      counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([finalizer, count]) => `${finalizer} in ${count} resource instances`)
    .toSorted()
    .join(', ');
}
