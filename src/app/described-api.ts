import type { ControlPlane } from '#app/control-plane.ts';
import { apiServer, programs } from '#app/identities.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random } from '#base/random.ts';
import { createApiServiceController } from '#controllers/api-service/api-service-controller.ts';
import { createFlowControlController } from '#controllers/flow-control/flow-control-controller.ts';
import { Informers } from '#reconcile/informers.ts';

export interface DescribeOptions {
  readonly plane: ControlPlane;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Writes down what the API server says of itself and nobody waits for: its APIServices and its flow control. The answer ends that. */
export function describeApi({ plane, ...tools }: DescribeOptions): () => Promise<void> {
  const client = plane.client(programs.apiServer, apiServer);
  const informers = new Informers({ ...tools, client });
  const deps = { ...tools, client, informers };
  const controllers = [
    createApiServiceController({ ...deps, served: plane.api.served }),
    createFlowControlController(deps),
  ];
  informers.start();
  for (const controller of controllers) controller.start();
  return async () => {
    await Promise.all(controllers.map((controller) => controller.stop()));
    informers.stop();
  };
}
