/** Labels that tie pods to their Job (spec: job.md section 1). */
export const controllerUidLabel = 'batch.kubernetes.io/controller-uid';
export const jobNameLabel = 'batch.kubernetes.io/job-name';
/** The labels' names before they had a domain; written beside the new ones for ever. */
export const legacyControllerUidLabel = 'controller-uid';
export const legacyJobNameLabel = 'job-name';

/** Label and annotation of the pods of an Indexed Job; the annotation decides. */
export const completionIndexKey = 'batch.kubernetes.io/job-completion-index';
/** Annotation: counted failures of a pod's index before this pod. */
export const indexFailureCountKey = 'batch.kubernetes.io/job-index-failure-count';
/** Annotation: failures of a pod's index that policy ignored. */
export const indexIgnoredFailureCountKey = 'batch.kubernetes.io/job-index-ignored-failure-count';
/** Finalizer of every pod of a Job until it has been counted. */
export const jobTrackingFinalizer = 'batch.kubernetes.io/job-tracking';
/** The value of `spec.managedBy` that means the built-in controller. */
export const builtInController = 'kubernetes.io/job-controller';

/** The labels a Job gives its pods. */
export function jobLabels(uid: string, name: string): { readonly [key: string]: string } {
  return {
    [controllerUidLabel]: uid,
    [jobNameLabel]: name,
    [legacyControllerUidLabel]: uid,
    [legacyJobNameLabel]: name,
  };
}
