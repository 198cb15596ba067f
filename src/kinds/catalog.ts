import {
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '#kinds/admission-policy/admission-policies.ts';
import { apiServices } from '#kinds/api-service/api-service.ts';
import { selfSubjectReviews, tokenReviews } from '#kinds/authentication/reviews.ts';
import {
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
} from '#kinds/authorization/reviews.ts';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import { componentStatuses } from '#kinds/component-status/component-status.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import { csiDrivers } from '#kinds/csi-driver/csi-driver.ts';
import { csiNodes } from '#kinds/csi-node/csi-node.ts';
import { csiStorageCapacities } from '#kinds/csi-storage-capacity/csi-storage-capacity.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { deployments } from '#kinds/deployment/deployment.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import { endpoints } from '#kinds/endpoints/endpoints.ts';
import { events } from '#kinds/event/event.ts';
import { newEvents } from '#kinds/event/new-event.ts';
import { flowSchemas } from '#kinds/flow-schema/flow-schema.ts';
import { horizontalPodAutoscalers } from '#kinds/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts';
import { oldHorizontalPodAutoscalers } from '#kinds/horizontal-pod-autoscaler/old-horizontal-pod-autoscaler.ts';
import { ingresses } from '#kinds/ingress/ingress.ts';
import { ingressClasses } from '#kinds/ingress-class/ingress-class.ts';
import { jobs } from '#kinds/job/job.ts';
import { leases } from '#kinds/lease/lease.ts';
import { limitRanges } from '#kinds/limit-range/limit-range.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { networkPolicies } from '#kinds/network-policy/network-policy.ts';
import { nodes } from '#kinds/node/node.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { bindings } from '#kinds/pod/bindings.ts';
import { pods } from '#kinds/pod/pod.ts';
import { podDisruptionBudgets } from '#kinds/pod-disruption-budget/pod-disruption-budget.ts';
import { podTemplates } from '#kinds/pod-template/pod-template.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { priorityLevelConfigurations } from '#kinds/priority-level-configuration/priority-level-configuration.ts';
import { clusterRoleBindings, roleBindings } from '#kinds/rbac/bindings.ts';
import { clusterRoles, roles } from '#kinds/rbac/roles.ts';
import { replicaSets } from '#kinds/replica-set/replica-set.ts';
import { replicationControllers } from '#kinds/replication-controller/replication-controller.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import { runtimeClasses } from '#kinds/runtime-class/runtime-class.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { services } from '#kinds/service/service.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { statefulSets } from '#kinds/stateful-set/stateful-set.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import { volumeAttachments } from '#kinds/volume-attachment/volume-attachment.ts';
import { volumeAttributesClasses } from '#kinds/volume-attributes-class/volume-attributes-class.ts';
import {
  mutatingWebhookConfigurations,
  validatingWebhookConfigurations,
} from '#kinds/webhook-configuration/webhook-configurations.ts';

/** Every resource the API serves, in the order discovery lists them within a group. */
export const catalog = [
  apiServices,
  bindings,
  certificateSigningRequests,
  clusterRoleBindings,
  clusterRoles,
  componentStatuses,
  configMaps,
  controllerRevisions,
  cronJobs,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  customResourceDefinitions,
  daemonSets,
  deployments,
  endpoints,
  endpointSlices,
  events,
  flowSchemas,
  horizontalPodAutoscalers,
  ingressClasses,
  ingresses,
  jobs,
  leases,
  localSubjectAccessReviews,
  limitRanges,
  mutatingWebhookConfigurations,
  namespaces,
  networkPolicies,
  newEvents,
  nodes,
  oldHorizontalPodAutoscalers,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  podTemplates,
  priorityClasses,
  priorityLevelConfigurations,
  replicaSets,
  replicationControllers,
  roleBindings,
  roles,
  resourceQuotas,
  runtimeClasses,
  secrets,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  serviceAccounts,
  services,
  statefulSets,
  storageClasses,
  subjectAccessReviews,
  tokenReviews,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  volumeAttachments,
  volumeAttributesClasses,
] as unknown as readonly ResourceDefinition<KubeObject>[];
