/** The public face `sampan/testing`: a cluster in virtual time, and builders of objects. */
export { createCluster, type TestCluster, type TestClusterOptions } from '#testing/create-cluster.ts';
export { type Partially, stored } from '#testing/stored.ts';
