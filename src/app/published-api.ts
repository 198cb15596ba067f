import type { ControlPlane } from '#app/control-plane.ts';
import { apiServer, programs } from '#app/identities.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random } from '#base/random.ts';
import { createApiServerController } from '#controllers/api-server/api-server-controller.ts';
import type { ApiServerFacts } from '#controllers/api-server/plan.ts';
import { Informers } from '#reconcile/informers.ts';

export interface PublishOptions {
  readonly plane: ControlPlane;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly facts: ApiServerFacts;
}

/** What the cluster is told of its API server, for as long as it serves. */
export interface PublishedApi {
  /** Resolves when it can be read there. */
  readonly settled: Promise<void>;
  stop(): Promise<void>;
}

/** Writes down in the cluster where its API is, and sees to it that it stays there. It is the server's own work: it is done without
 *  controllers, too. */
export function publishApi({ plane, facts, ...tools }: PublishOptions): PublishedApi {
  const client = plane.client(programs.apiServer, apiServer);
  const informers = new Informers({ ...tools, client });
  const controller = createApiServerController({ ...tools, client, informers, facts });
  informers.start();
  controller.start();
  return {
    settled: controller.settled,
    stop: async () => {
      await controller.stop();
      informers.stop();
    },
  };
}
