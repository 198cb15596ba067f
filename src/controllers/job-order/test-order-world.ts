import type { Client } from '#client/client.ts';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { createJobOrderController } from '#controllers/job-order/job-order-controller.ts';
import { dependsOnAnnotation } from '#kinds/job/dependencies.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';

type Create = (deps: ControllerDeps) => Controller;

/** A `JobWorld` whose Jobs come one after the other. */
export class OrderWorld {
  readonly world: JobWorld;

  static async start(...others: readonly Create[]): Promise<OrderWorld> {
    const order = new OrderWorld(await JobWorld.create());
    await order.world.start(createJobOrderController, ...others);
    return order;
  }

  constructor(world: JobWorld) {
    this.world = world;
  }

  /** Creates a Job that fails with its first pod. */
  async create(name: string, after: string | undefined, spec: object = {}): Promise<Job> {
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'example.com/app:1' }] } };
    const annotations = after === undefined ? {} : { [dependsOnAnnotation]: after };
    const metadata = { namespace: 'ns', name, annotations };
    const job = await this.world.client.create(jobs, {
      metadata,
      spec: { backoffLimit: 0, ...spec, template },
    } as never);
    await this.world.pass(1_500);
    return job as unknown as Job;
  }

  /** Names of the Jobs that have a pod under way. */
  async running(): Promise<readonly string[]> {
    return (await this.world.active()).map(jobNameOf).sort();
  }

  async finish(name: string, how: 'succeed' | 'fail' = 'succeed'): Promise<void> {
    for (const pod of await this.world.active()) if (jobNameOf(pod) === name) await this.world[how](pod);
    await this.world.pass(2_500);
  }

  /** Removes the Job with all that is its own. */
  async remove(name: string): Promise<void> {
    const { client } = this.world;
    for (const pod of await this.world.pods((one) => jobNameOf(one) === name)) {
      await client.patch(pods, pod.metadata, { type: 'merge', body: { metadata: { finalizers: null } } });
      await client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 });
    }
    await client.delete(jobs, { namespace: 'ns', name }, { propagationPolicy: 'Background' });
    await this.world.pass(1_500);
  }

  /** "Reason: message" of the condition Failed. */
  async failure(name: string): Promise<string | undefined> {
    const failed = findCondition((await this.world.job(name)).status.conditions, 'Failed');
    return failed && `${failed.reason}: ${failed.message}`;
  }

  async annotate(name: string, annotations: object): Promise<void> {
    await this.world.patchJob({ metadata: { annotations } }, name);
    await this.world.pass(1_500);
  }
}

/** `client` with `update` in place of its own. */
export function withUpdate(client: Client, update: Client['update']): Client {
  return {
    update,
    get: (...args) => client.get(...args),
    list: (...args) => client.list(...args),
    watch: (...args) => client.watch(...args),
    create: (...args) => client.create(...args),
    patch: (...args) => client.patch(...args),
    delete: (...args) => client.delete(...args),
    deleteCollection: (...args) => client.deleteCollection(...args),
    createSubresource: (...args) => client.createSubresource(...args),
  };
}

export function jobNameOf({ metadata }: Pod): string {
  return metadata.labels?.['batch.kubernetes.io/job-name'] ?? '';
}
