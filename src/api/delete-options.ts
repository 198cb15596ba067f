import { apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { DeleteOptions } from '#kinds/meta/schema.ts';
import type { Target } from './api.ts';

/** The options of a delete that says nothing. */
export const plainDelete: DeleteOptions = { kind: 'DeleteOptions', apiVersion: 'v1' };

const policies = ['Foreground', 'Background', 'Orphan'];

/** Refuses options that contradict each other or say what nobody understands (spec: api.md section 11.1). */
export function checkDeleteOptions(options: DeleteOptions): void {
  const { propagationPolicy: policy, orphanDependents, dryRun = [] } = options;
  const errors: FieldError[] = [];
  if (policy !== undefined && orphanDependents !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    errors.push(fieldError.invalid('propagationPolicy', policy, why));
  }
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(fieldError.notSupported('propagationPolicy', policy, [...policies, 'nil']));
  }
  if (dryRun.some((value) => value !== 'All')) errors.push(fieldError.notSupported('dryRun', dryRun, ['All']));
  if (errors.length > 0) throw apiErrors.invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
}

export function isDryRun(options: DeleteOptions): boolean {
  return (options.dryRun ?? []).includes('All');
}

/** Refuses to delete another object than the one that was meant (spec: api.md section 11.3). The answer names the kind where
 *  others name the resource. */
export function checkPreconditions({ resource }: Target, current: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {};
  const { metadata } = current;
  const kind = { group: resource.group, plural: resource.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    const why =
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ` +
      'The object might have been deleted and then recreated';
    throw apiErrors.conflict(kind, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record ` +
      `(${metadata.resourceVersion}). The object might have been modified`;
    throw apiErrors.conflict(kind, metadata.name, why);
  }
}
