/** On a slice: the service that its endpoints stand behind. */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** On a slice: which program keeps it. */
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
/** On Endpoints: nobody is to make slices of them. */
export const skipMirrorLabel = 'endpointslice.kubernetes.io/skip-mirror';
