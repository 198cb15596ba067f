import type { WatchHandle } from '#client/client.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import type { RequestContext } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { deleteCollection } from '../delete.ts';
import { plainDelete } from '../delete-options.ts';
import { beginWatch } from '../watch.ts';
import { cleanupFinalizer, withCondition } from './status.ts';

export interface InstanceCleanupParts {
  readonly core: ApiCore;
  readonly context: RequestContext;
  /** An object of the definition has gone. */
  readonly changed: (definition: string) => void;
}

/** Deletes the objects of definitions that are being deleted, and then lets the definitions go (spec: api.md section 21). */
export class InstanceCleanup {
  private readonly parts: InstanceCleanupParts;
  /** Tell when an object goes that something still held. */
  private readonly watches = new Map<string, WatchHandle>();

  constructor(parts: InstanceCleanupParts) {
    this.parts = parts;
  }

  /** Does what can be done now; answers with what to write of the definition, or undefined while objects remain. `resource` is
   *  absent if its objects were never served. */
  async step(
    definition: CustomResourceDefinition,
    resource: ResourceDefinition | undefined,
  ): Promise<CustomResourceDefinition | undefined> {
    if (!(definition.metadata.finalizers ?? []).includes(cleanupFinalizer)) return undefined;
    if (resource === undefined) return this.finished(definition, 'NeverEstablished', 'resource was never established');
    const inProgress = 'InstanceDeletionInProgress';
    if (findCondition(definition.status.conditions, 'Terminating')?.reason !== inProgress) {
      return this.terminating(definition, 'True', inProgress, 'CustomResource deletion is in progress');
    }
    if (await this.empty(definition.metadata.name, resource)) {
      return this.finished(definition, 'InstanceDeletionCompleted', 'removed all instances');
    }
    return undefined;
  }

  /** The definition is gone. */
  forget(name: string): void {
    this.watches.get(name)?.stop();
    this.watches.delete(name);
  }

  stop(): void {
    for (const name of [...this.watches.keys()]) this.forget(name);
  }

  /** Whether no objects are left, now that all were asked to go. */
  private async empty(name: string, resource: ResourceDefinition): Promise<boolean> {
    const { core, context } = this.parts;
    await core.objects.upToDate();
    const { cache } = core.objects.of(resource);
    if (cache.count() === 0) return true;
    await this.follow(name, resource);
    await deleteCollection(core, context, { resource }, {}, plainDelete);
    await core.objects.upToDate();
    return core.objects.of(resource).cache.count() === 0;
  }

  private async follow(name: string, resource: ResourceDefinition): Promise<void> {
    if (this.watches.has(name)) return;
    const { core, changed } = this.parts;
    const event = ({ type }: { readonly type: string }): void => {
      if (type === 'DELETED') changed(name);
    };
    this.watches.set(
      name,
      await beginWatch(core.objects, core.clock, resource, {}, { event, closed: () => this.watches.delete(name) }),
    );
  }

  private finished(definition: CustomResourceDefinition, reason: string, message: string): CustomResourceDefinition {
    const { metadata, ...rest } = this.terminating(definition, 'False', reason, message);
    const finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== cleanupFinalizer);
    return { ...rest, metadata: { ...metadata, finalizers } };
  }

  private terminating(
    definition: CustomResourceDefinition,
    status: 'True' | 'False',
    reason: string,
    message: string,
  ): CustomResourceDefinition {
    const now = this.parts.core.clock.now();
    const conditions = withCondition(definition.status.conditions, 'Terminating', { status, reason, message }, now);
    return { ...definition, status: { ...definition.status, conditions } };
  }
}
