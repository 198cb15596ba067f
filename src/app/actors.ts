import type { ControlPlane } from '#app/control-plane.ts';
import { controllerManager, controllerUser, programs, scheduler } from '#app/identities.ts';
import type { Clock } from '#base/clock.ts';
import { localZone } from '#base/local-zone.ts';
import type { Logger } from '#base/log.ts';
import type { MetricsRegistry } from '#base/metrics.ts';
import type { Random } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import { createPolicyStatusController } from '#controllers/admission-policy/policy-status-controller.ts';
import { createCertificateApprover } from '#controllers/certificates/approver.ts';
import { createCertificateCleaner } from '#controllers/certificates/cleaner.ts';
import { createCertificateSigner, type SignRequest } from '#controllers/certificates/signer.ts';
import { createClusterRoleAggregationController } from '#controllers/cluster-role-aggregation/cluster-role-aggregation-controller.ts';
import { createCronJobController } from '#controllers/cronjob/cronjob-controller.ts';
import { createDaemonSetController } from '#controllers/daemonset/daemonset-controller.ts';
import { createDisruptionController } from '#controllers/disruption/disruption-controller.ts';
import { createStaleDisruptionController } from '#controllers/disruption/stale-disruption-controller.ts';
import { createEndpointSliceController } from '#controllers/endpoints/endpoint-slice-controller.ts';
import { createEndpointsController } from '#controllers/endpoints/endpoints-controller.ts';
import { createEphemeralVolumeController } from '#controllers/ephemeral-volume/ephemeral-volume-controller.ts';
import { createGarbageCollector } from '#controllers/garbage-collector/garbage-collector.ts';
import { createJobController } from '#controllers/job/job-controller.ts';
import { createJobOrderController } from '#controllers/job-order/job-order-controller.ts';
import { createNamespaceController } from '#controllers/namespace/namespace-controller.ts';
import { createNodeLifecycleController } from '#controllers/node-lifecycle/node-lifecycle-controller.ts';
import { createPodGcController } from '#controllers/pod-gc/pod-gc-controller.ts';
import { createResourceQuotaController } from '#controllers/resource-quota/resource-quota-controller.ts';
import { createRootCaPublisher } from '#controllers/service-account/root-ca-publisher.ts';
import { createServiceAccountController } from '#controllers/service-account/service-account-controller.ts';
import { createTokensController } from '#controllers/service-account/tokens-controller.ts';
import { createTaintEvictionController } from '#controllers/taint-eviction/taint-eviction-controller.ts';
import { createTokenCleaner } from '#controllers/token-cleaner/token-cleaner.ts';
import { createTtlController } from '#controllers/ttl/ttl-controller.ts';
import { createVolumeBinder } from '#controllers/volume-binder/volume-binder-controller.ts';
import {
  createClaimProtection,
  createVolumeProtection,
} from '#controllers/volume-protection/volume-protection-controller.ts';
import { createVolumeProvisioner } from '#controllers/volume-provisioner/volume-provisioner.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import { type PodSource, SharedPodSource } from '#node/pods/pod-source.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import type { Informer } from '#reconcile/informer.ts';
import { Informers } from '#reconcile/informers.ts';
import { addQueueMetrics } from '#reconcile/queue-metrics.ts';
import { createScheduler } from '#scheduler/scheduler.ts';

export interface ActorsOptions {
  readonly plane: ControlPlane;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** PEM certificates of the API server's authority, published in every namespace. */
  readonly rootCa: string;
  /** Signs certificates with the key of that authority; without it none are issued. */
  readonly sign?: SignRequest | undefined;
  /** The time zone of schedules that name none; that of this process unless given. */
  readonly localZone?: string;
  /** Where the queues tell of themselves. */
  readonly metrics?: MetricsRegistry | undefined;
  /** See `NodeLifecycleDeps.leaseSeconds`. */
  readonly leaseSeconds?: number | undefined;
}

/** All controllers and the scheduler, at work. */
export interface Actors {
  /** The pods that their caches show, for node agents in the same process. */
  readonly podSource: PodSource;
  /** All services, for the same. */
  readonly services: Informer<Service>;
  /** Resolves when their caches show the whole current state. */
  readonly synced: Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything that moves objects towards what their owners asked for. All share one set of informers. */
export function startActors({ plane, clock, random, log, rootCa, sign, ...options }: ActorsOptions): Actors {
  const informers = new Informers({
    client: plane.client(programs.controllers, controllerManager),
    clock,
    random,
    log,
  });
  const tools = { informers, clock, random, log, metrics: options.metrics };
  const clientOf = (account: string): Client => plane.client(programs.controllers, controllerUser(account));
  /** For the controller whose rights are those of this service account. */
  const deps = (account: string): ControllerDeps => ({ ...tools, client: clientOf(account) });
  const { served } = plane.api;
  const actors: readonly Controller[] = [
    createServiceAccountController(deps('service-account-controller')),
    createRootCaPublisher({ ...deps('root-ca-cert-publisher'), rootCa }),
    createTokensController({
      ...tools,
      client: plane.client(programs.controllers, controllerManager),
      rootCa,
      issue: ({ metadata }, account) =>
        plane.api.tokenIssuer.issueForSecret(metadata.namespace, metadata.name, account.metadata),
    }),
    createJobController(deps('job-controller')),
    createCronJobController({ ...deps('cronjob-controller'), localZone: () => options.localZone ?? localZone() }),
    createDaemonSetController(deps('daemon-set-controller')),
    createJobOrderController(deps('job-order-controller')),
    createTtlController(deps('ttl-after-finished-controller')),
    createGarbageCollector({ ...deps('generic-garbage-collector'), served }),
    createNamespaceController({ ...deps('namespace-controller'), served }),
    createEndpointsController(deps('endpoint-controller')),
    createEndpointSliceController(deps('endpointslice-controller')),
    createDisruptionController(deps('disruption-controller')),
    createStaleDisruptionController(deps('disruption-controller')),
    createResourceQuotaController({ ...deps('resourcequota-controller'), served }),
    createPodGcController(deps('pod-garbage-collector')),
    createNodeLifecycleController({ ...deps('node-controller'), leaseSeconds: options.leaseSeconds }),
    // One of upstream's oldest controllers was taken apart, and its rights were not.
    createTaintEvictionController(deps('node-controller')),
    createCertificateApprover(deps('certificate-controller')),
    ...(sign === undefined ? [] : [createCertificateSigner({ ...deps('certificate-controller'), sign })]),
    createCertificateCleaner(deps('certificate-controller')),
    createTokenCleaner(deps('token-cleaner')),
    createVolumeBinder(deps('persistent-volume-binder')),
    createClaimProtection(deps('pvc-protection-controller')),
    createVolumeProtection(deps('pv-protection-controller')),
    createEphemeralVolumeController(deps('ephemeral-volume-controller')),
    createVolumeProvisioner({ ...deps('volume-provisioner'), directory: plane.nodes }),
    createClusterRoleAggregationController(deps('clusterrole-aggregation-controller')),
    createPolicyStatusController({ ...deps('validatingadmissionpolicy-status-controller'), served }),
    createScheduler({ ...tools, client: plane.client(programs.scheduler, scheduler) }),
  ];
  const podSource = new SharedPodSource(informers.of(pods));
  if (options.metrics !== undefined) {
    addQueueMetrics(
      options.metrics,
      actors.flatMap(({ queues = [] }) => queues),
    );
  }
  informers.start();
  for (const actor of actors) actor.start();
  return {
    podSource,
    services: informers.of(services),
    synced: informers.whenSynced(),
    stop: async () => {
      await Promise.all(actors.map((actor) => actor.stop()));
      informers.stop();
    },
  };
}
