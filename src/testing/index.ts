/** The public face `sampan/testing`: a cluster in virtual time, builders of objects, and the resources to name in calls. */
export { catalog } from '#kinds/catalog.ts';
export { configMaps } from '#kinds/config-map/config-map.ts';
export { events } from '#kinds/event/event.ts';
export { jobs } from '#kinds/job/job.ts';
export { namespaces } from '#kinds/namespace/namespace.ts';
export { nodes } from '#kinds/node/node.ts';
export { pods } from '#kinds/pod/pod.ts';
export { secrets } from '#kinds/secret/secret.ts';
export { createCluster, type TestCluster, type TestClusterOptions } from '#testing/create-cluster.ts';
export { type Partially, stored } from '#testing/stored.ts';
