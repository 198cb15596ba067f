import { jsonCopy } from '#base/json.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateFinalizerDomain } from '#kinds/meta/finalizers.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

/** The label by which selectors of namespaces can name one. */
export const namespaceNameLabel = 'kubernetes.io/metadata.name';

/** The finalizer of `spec.finalizers` that holds a namespace until what is in it is gone. */
export const contentFinalizer = 'kubernetes';

/** A namespace always carries its own name as a label (spec: api.md section 15). */
export function defaultNamespace({ metadata, status }: Draft<Namespace>): void {
  status.phase ||= 'Active';
  if (metadata.name && metadata.labels?.[namespaceNameLabel] !== metadata.name) {
    metadata.labels = { ...metadata.labels, [namespaceNameLabel]: metadata.name };
  }
}

/** A new namespace is active, and will not go before its content. */
export function prepareNamespaceCreate(namespace: Draft<Namespace>): void {
  const { finalizers = [] } = namespace.spec;
  namespace.status = { phase: 'Active' };
  if (!finalizers.includes(contentFinalizer)) namespace.spec.finalizers = [...finalizers, contentFinalizer];
}

/** Its finalizers change through `/finalize` alone. */
export function prepareNamespaceUpdate(namespace: Draft<Namespace>, old: Namespace): void {
  namespace.spec = jsonCopy(old.spec) as Draft<Namespace['spec']>;
}

/** Findings on a new namespace. */
export function validateNamespace({ spec }: Namespace): Findings {
  return (spec.finalizers ?? []).flatMap((finalizer) => validateFinalizer(finalizer, 'spec.finalizers'));
}

/** Findings on a change through `/finalize`, which says which of the finalizers is meant. */
export function validateNamespaceFinalizers({ spec }: Namespace): Findings {
  return (spec.finalizers ?? []).flatMap((finalizer, index) =>
    validateFinalizer(finalizer, `spec.finalizers[${index}]`),
  );
}

function validateFinalizer(finalizer: string, field: string): Findings {
  return [...validateQualifiedName(finalizer, field), ...validateFinalizerDomain(finalizer, field)];
}

/** Findings on its status: the phase says whether it is being deleted, and nothing else. */
export function validateNamespaceStatus({ metadata, status }: Namespace): Findings {
  const deleting = metadata.deletionTimestamp !== undefined;
  if (status.phase === (deleting ? 'Terminating' : 'Active')) return [];
  const text = deleting
    ? "may only be 'Terminating' if `deletionTimestamp` is not empty"
    : "may only be 'Active' if `deletionTimestamp` is empty";
  return [fieldError.invalid('status.Phase', status.phase ?? '', text)];
}
