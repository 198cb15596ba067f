import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import type { Rbac } from '../access/rbac.ts';
import type { Authorizer } from '../core.ts';
import type { ObjectStore } from '../object-store.ts';
import type { Registry } from '../registry.ts';
import type { WebhookParts } from '../webhooks/ask.ts';
import { mutatingWebhooks } from '../webhooks/mutating-webhooks.ts';
import { validatingWebhooks } from '../webhooks/validating-webhooks.ts';
import {
  certificateApproval,
  certificateRequester,
  certificateSigning,
  certificateSubjectRestriction,
} from './certificates.ts';
import type { AdmissionPlugin } from './chain.ts';
import { claimResize, defaultStorageClass } from './claims.ts';
import { defaultIngressClass } from './default-ingress-class.ts';
import { defaultTolerationSeconds } from './default-toleration-seconds.ts';
import { jobOrder } from './job-order.ts';
import { limitRanger } from './limit-ranger.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { nodeFeatures } from './node-features.ts';
import { nodeRestriction } from './node-restriction.ts';
import { podResize } from './pod-resize.ts';
import { podSecurity } from './pod-security.ts';
import { podTopologyLabels } from './pod-topology-labels.ts';
import { paramAccess } from './policies/param-access.ts';
import { validatingPolicies } from './policies/validating-policies.ts';
import { priority } from './priority.ts';
import { rbacEscalation } from './rbac-escalation.ts';
import { resourceQuota } from './resource-quota.ts';
import { runtimeClass } from './runtime-class.ts';
import { serviceAccount } from './service-account.ts';
import { serviceAddresses } from './service-addresses.ts';
import { storageProtection } from './storage-protection.ts';
import { taintNodesByCondition } from './taint-nodes-by-condition.ts';

/** What plugins look at to decide. */
export interface PluginParts {
  readonly objects: ObjectStore;
  readonly rbac: Rbac;
  readonly decide: Authorizer;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly webhooks: WebhookParts;
}

/** Those of every cluster, in the order in which they are asked (spec: api.md section 18). */
export function admissionPlugins(parts: PluginParts): readonly AdmissionPlugin[] {
  const { objects, registry, rbac, decide, clock, random, webhooks } = parts;
  return [
    namespaceLifecycle(objects),
    limitRanger(objects),
    serviceAccount({ objects, clock, names: random.stream('token-volumes') }),
    nodeRestriction({ objects, decide }),
    taintNodesByCondition,
    podSecurity(objects),
    priority(objects),
    defaultTolerationSeconds,
    defaultStorageClass(objects),
    storageProtection,
    claimResize(objects),
    runtimeClass(objects),
    defaultIngressClass(objects),
    podTopologyLabels(objects),
    nodeFeatures(objects),
    podResize(objects),
    jobOrder(objects),
    serviceAddresses({ objects, clock, random: random.stream('service-addresses') }),
    certificateRequester,
    certificateSubjectRestriction,
    certificateApproval(decide),
    certificateSigning(decide),
    rbacEscalation({ rbac, decide }),
    mutatingWebhooks(webhooks),
    paramAccess({ objects, registry, decide }),
    validatingPolicies({ objects, registry, decide }),
    validatingWebhooks(webhooks),
    // The last to be asked: what it counts should then be created.
    resourceQuota(objects, clock),
  ];
}
