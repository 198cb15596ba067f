import { type Initial, planInitial, planStatus } from '#controllers/flow-control/plan.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { asksAutoUpdate, autoUpdateKey } from '#kinds/flow-schema/auto-update.ts';
import { mandatorySchemas, suggestedSchemas } from '#kinds/flow-schema/bootstrap.ts';
import { flowSchemas } from '#kinds/flow-schema/flow-schema.ts';
import type { FlowSchema, FlowSchemaSpec } from '#kinds/flow-schema/schema.ts';
import { isAlreadyExists } from '#kinds/meta/errors.ts';
import type { KubeObject, New } from '#kinds/meta/object.ts';
import { mandatoryLevels, suggestedLevels } from '#kinds/priority-level-configuration/bootstrap.ts';
import { priorityLevelConfigurations } from '#kinds/priority-level-configuration/priority-level-configuration.ts';
import type {
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
} from '#kinds/priority-level-configuration/schema.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { ignoreRaces } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

/** Many at once: a store on disk makes one commit of what a start writes. */
const workers = 32;
const retry = { msBase: 200, msMax: 60_000 };
/** How often what is missing is put back. */
const roundMs = 60_000;

const producer = 'api-priority-and-fairness-config-producer-v1';
const consumer = 'api-priority-and-fairness-config-consumer-v1';

const levels = initials<PriorityLevelConfigurationSpec>(
  mandatoryLevels.map((level) => (level.name === 'exempt' ? { ...level, users: 'exempt' as const } : level)),
  suggestedLevels,
);
const schemas = initials<FlowSchemaSpec>(mandatorySchemas, suggestedSchemas);

/** Keeps the FlowSchemas and PriorityLevelConfigurations that every cluster has, and says of each schema whether its level is there.
 *  Requests are limited by fixed numbers, whatever these say. */
export function createFlowControlController(deps: ControllerDeps): Controller {
  return new FlowControl(deps).controller();
}

class FlowControl {
  private readonly deps: ControllerDeps;
  private readonly queue: WorkQueue;
  private readonly levels: Informer<PriorityLevelConfiguration>;
  private readonly schemas: Informer<FlowSchema>;

  constructor(deps: ControllerDeps) {
    this.deps = deps;
    this.queue = new WorkQueue(deps.clock, retry);
    this.levels = deps.informers.of(priorityLevelConfigurations);
    this.schemas = deps.informers.of(flowSchemas);
  }

  controller(): Controller {
    return createQueuedController({
      name: 'flow-control',
      queue: this.queue,
      reconcile: (key) => this.reconcile(key),
      workers,
      caches: [this.levels, this.schemas],
      log: this.deps.log,
      follow: () => this.follow(),
    });
  }

  private follow(): readonly (() => void)[] {
    const judge = ({ metadata }: FlowSchema): void => this.queue.add(`status/${metadata.name}`);
    const judgeAll = ({ metadata }: PriorityLevelConfiguration): void => {
      for (const schema of this.schemas.list()) {
        if (schema.spec.priorityLevelConfiguration.name === metadata.name) judge(schema);
      }
    };
    this.queue.add('round');
    return [
      this.schemas.subscribe({ added: judge, updated: judge, deleted: () => {} }),
      this.levels.subscribe({ added: judgeAll, updated: () => {}, deleted: judgeAll }),
    ];
  }

  private async reconcile(key: string): Promise<'done' | { after: number; background: true }> {
    if (key === 'round') {
      // Levels first, so that no schema is ever said to lack its own.
      await this.keepAll(priorityLevelConfigurations, this.levels, levels);
      await this.keepAll(flowSchemas, this.schemas, schemas);
      return { after: roundMs, background: true };
    }
    const schema = this.schemas.get(key.slice('status/'.length));
    if (schema !== undefined) await this.judge(schema);
    return 'done';
  }

  private async judge(schema: FlowSchema): Promise<void> {
    const { client, clock } = this.deps;
    const isThere = this.levels.get(schema.spec.priorityLevelConfiguration.name) !== undefined;
    const status = planStatus(schema, isThere, clock.now());
    if (status === schema.status) return;
    const { kind } = flowSchemas;
    const body = { apiVersion: apiVersionOf(flowSchemas), kind, metadata: { name: schema.metadata.name }, status };
    const options = { subresource: 'status', fieldManager: consumer, force: true };
    await client.patch(flowSchemas, schema.metadata, { type: 'apply', body }, options).catch(ignoreRaces);
  }

  private async keepAll<S extends object, T extends KubeObject & { readonly spec: S }>(
    resource: ResourceDefinition<T>,
    cache: Informer<T>,
    all: ReadonlyMap<string, Initial<S>>,
  ): Promise<void> {
    const ours = cache.list().filter((object) => asksAutoUpdate(object) === true);
    const unwanted = ours.filter(({ metadata }) => !all.has(metadata.name));
    await Promise.all([
      ...Array.from(all.values(), (initial) => this.keep(resource, cache.get(initial.name), initial)),
      ...unwanted.map(({ metadata }) => this.deps.client.delete(resource, metadata).catch(ignoreRaces)),
    ]);
  }

  private async keep<S extends object, T extends KubeObject & { readonly spec: S }>(
    resource: ResourceDefinition<T>,
    stored: T | undefined,
    initial: Initial<S>,
  ): Promise<void> {
    const { client } = this.deps;
    const options = { fieldManager: producer };
    try {
      if (stored === undefined) {
        const metadata = { name: initial.name, annotations: { [autoUpdateKey]: 'true' } };
        await client.create(resource, { metadata, spec: initial.spec } as unknown as New<T>, options);
        return;
      }
      const next = planInitial<S, T>(stored, initial);
      if (next !== undefined) await client.update(resource, next, options);
    } catch (error) {
      if (!isAlreadyExists(error)) ignoreRaces(error);
    }
  }
}

function initials<S>(
  mandatory: readonly Omit<Initial<S>, 'isMandatory'>[],
  suggested: readonly Omit<Initial<S>, 'isMandatory'>[],
): ReadonlyMap<string, Initial<S>> {
  const all = [
    ...mandatory.map((one) => ({ ...one, isMandatory: true })),
    ...suggested.map((one) => ({ ...one, isMandatory: false })),
  ];
  return new Map(all.map((one) => [one.name, one]));
}
