import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';

/** Holds an object until its dependents have been released (propagation policy Orphan). */
export const orphanFinalizer = 'orphan';

/** Holds an object until its blocking dependents are gone (propagation policy Foreground). */
export const foregroundFinalizer = 'foregroundDeletion';

const standardFinalizers: readonly string[] = [orphanFinalizer, foregroundFinalizer, 'kubernetes'];

/** Findings on a list of finalizers, their domains aside (spec: api.md section 6.4). */
export function validateFinalizers(finalizers: readonly string[] | undefined, field: string): readonly FieldError[] {
  const list = finalizers ?? [];
  const errors = list.flatMap((finalizer) => validateQualifiedName(finalizer, field));
  if (list.includes(orphanFinalizer) && list.includes(foregroundFinalizer)) {
    const text = `finalizer ${orphanFinalizer} and ${foregroundFinalizer} cannot be both set`;
    errors.push(fieldError.invalid(field, list, text));
  }
  return errors;
}

/** Findings on finalizers without a domain that are none of Kubernetes' own. */
export function validateFinalizerDomains(
  finalizers: readonly string[] | undefined,
  field: string,
): readonly FieldError[] {
  return (finalizers ?? []).flatMap((finalizer, index) => validateFinalizerDomain(finalizer, `${field}[${index}]`));
}

/** As `validateFinalizerDomains`, for one. */
export function validateFinalizerDomain(finalizer: string, field: string): readonly FieldError[] {
  if (finalizer.includes('/') || standardFinalizers.includes(finalizer)) return [];
  const text = 'name is neither a standard finalizer name nor is it fully qualified';
  return [fieldError.invalid(field, finalizer, text)];
}

/** Upstream's advice on the finalizers that `finalizers` has and `old` has not, where nothing says whose they are. */
export function finalizerWarnings(
  finalizers: readonly string[] | undefined,
  old: readonly string[] | undefined,
  field: string,
): readonly string[] {
  const added = [...new Set(finalizers)].filter((finalizer) => !old?.includes(finalizer)).sort();
  return added
    .filter((finalizer) => !finalizer.includes('/') && !standardFinalizers.includes(finalizer))
    .map((finalizer) => {
      const name = `finalizer name${finalizer.includes('.') ? ' including a path (/)' : ''}`;
      return `${field}: ${JSON.stringify(finalizer)}: prefer a domain-qualified ${name} to avoid accidental conflicts with other finalizer writers`;
    });
}

/** A finding if an object that is being deleted is given new finalizers. */
export function validateNoNewFinalizers(
  finalizers: readonly string[] | undefined,
  old: readonly string[] | undefined,
  field: string,
): readonly FieldError[] {
  const added = [...new Set(finalizers)].filter((finalizer) => !old?.includes(finalizer)).sort();
  if (added.length === 0) return [];
  // The list is printed as Go source, which is what clients have always been shown.
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const text = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [fieldError.forbidden(field, text)];
}
