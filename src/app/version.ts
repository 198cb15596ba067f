import manifest from '../../package.json' with { type: 'json' };

/** This release of Sampan. */
export const version: string = manifest.version;

/** The Kubernetes release whose behaviour is served. */
export const kubernetesVersion = 'v1.36.2';
