import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { events } from '#kinds/event/event.ts';
import { jobs } from '#kinds/job/job.ts';
import { leases } from '#kinds/lease/lease.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';

/** Every resource the API serves, in the order discovery lists them within a group. */
export const catalog = [
  configMaps,
  events,
  jobs,
  leases,
  namespaces,
  nodes,
  pods,
  priorityClasses,
  secrets,
  serviceAccounts,
] as unknown as readonly ResourceDefinition<KubeObject>[];
