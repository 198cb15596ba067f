/** On pods and on revisions: which revision of the template they are of. */
export const revisionHashLabel = 'controller-revision-hash';

/** On pods: the template generation of the DaemonSet when they were made. */
export const templateGenerationLabel = 'pod-template-generation';

/** On DaemonSets: counts the changes of the template. */
export const templateGenerationAnnotation = 'deprecated.daemonset.template.generation';
