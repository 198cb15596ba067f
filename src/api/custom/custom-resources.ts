import { jsonEqual } from '#base/json.ts';
import type { WatchEvent, WatchHandle } from '#client/client.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { RequestContext, WriteRequest } from '../api.ts';
import { mastersGroup } from '../authorize.ts';
import type { ApiCore } from '../core.ts';
import { draftOf } from '../decoding.ts';
import { updateObject } from '../update.ts';
import { statusPath } from '../update-paths.ts';
import { beginWatch } from '../watch.ts';
import { InstanceCleanup } from './cleanup.ts';
import { type CustomVersions, versionsOf } from './served.ts';
import { isEstablished, isTerminating, planStatus } from './status.ts';

const self: RequestContext = {
  user: { name: 'system:apiserver', groups: [mastersGroup] },
  agent: 'kube-apiserver',
  warn: () => {},
};
const write: WriteRequest = { dryRun: false, fieldManager: undefined, fieldValidation: 'Ignore' };

/** How soon to try again what the store would not do, at first and in the end. */
const retryMsBase = 1_000;
const retryMsMax = 300_000;

/** What is served of one definition, and by which state of it. */
interface Serving extends CustomVersions {
  readonly by: CustomResourceDefinition;
}

/** Serves what CustomResourceDefinitions describe. Each is looked at as it is now, one after the other, whenever something about it
 *  has changed: so an interrupted step is done by the next look, also that of the next start (spec: api.md section 21). */
export class CustomResources {
  private readonly core: ApiCore;
  private readonly resource = customResourceDefinitions as unknown as ResourceDefinition;
  private readonly serving = new Map<string, Serving>();
  private readonly cleanup: InstanceCleanup;
  private readonly waiting = new Set<string>();
  /** How often the last looks at a definition failed in a row. */
  private readonly failures = new Map<string, number>();
  private isWorking = false;
  private isStopped = false;
  private watch: WatchHandle | undefined;

  constructor(core: ApiCore) {
    this.core = core;
    this.cleanup = new InstanceCleanup({ core, context: self, changed: (name) => this.note(name) });
  }

  /** Resolves when everything is served that was before; follows the definitions from then on. */
  async start(): Promise<void> {
    for (const definition of this.definitions()) {
      // What cannot be served is looked at again with all others; the rest of the API starts nevertheless.
      if (isEstablished(definition.status)) await this.serve(definition).catch(() => {});
    }
    const event = (change: WatchEvent<KubeObject>): void => {
      if (change.type !== 'BOOKMARK') this.noteChange(change.object as CustomResourceDefinition);
    };
    const { objects, clock } = this.core;
    this.watch = await beginWatch(objects, clock, this.resource, {}, { event, closed: () => {} });
  }

  stop(): void {
    this.isStopped = true;
    this.watch?.stop();
    this.cleanup.stop();
  }

  private definitions(): readonly CustomResourceDefinition[] {
    return this.core.objects.all(customResourceDefinitions);
  }

  /** A name that is given up may be wanted by another. */
  private noteChange({ metadata, spec }: CustomResourceDefinition): void {
    this.note(metadata.name);
    for (const other of this.definitions()) {
      const isNamed = isConditionTrue(other.status.conditions, 'NamesAccepted');
      if (other.spec.group === spec.group && !isNamed) this.note(other.metadata.name);
    }
  }

  private note(name: string): void {
    this.waiting.add(name);
    if (!this.isWorking) void this.work();
  }

  private async work(): Promise<void> {
    this.isWorking = true;
    for (const name of this.waiting) {
      this.waiting.delete(name);
      if (this.isStopped) break;
      try {
        await this.settle(name);
        this.failures.delete(name);
      } catch {
        this.noteLater(name);
      }
    }
    this.isWorking = false;
  }

  /** Somebody was faster, or the store is in trouble: another look tells. */
  private noteLater(name: string): void {
    const failures = this.failures.get(name) ?? 0;
    this.failures.set(name, failures + 1);
    const delay = Math.min(retryMsBase * 2 ** failures, retryMsMax);
    this.core.clock.after(delay, () => this.isStopped || this.note(name), { background: true });
  }

  /** One step for one definition. What is written brings the next. */
  private async settle(name: string): Promise<void> {
    const definition = this.core.objects.peek(customResourceDefinitions, undefined, name);
    if (definition === undefined) return this.withdraw(name);
    const status = planStatus(definition, this.definitions(), this.core.clock.now());
    const planned = { ...definition, status };
    // First served, then said to be.
    if (isEstablished(status)) await this.serve(planned);
    if (!jsonEqual(status, definition.status)) return this.write(planned);
    if (definition.metadata.deletionTimestamp === undefined) return;
    const next = await this.cleanup.step(definition, this.serving.get(name)?.storage);
    if (next !== undefined) await this.write(next);
  }

  private async write(definition: CustomResourceDefinition): Promise<void> {
    const { draft } = draftOf(this.resource, definition);
    const target = { resource: this.resource, name: definition.metadata.name };
    await updateObject(this.core, self, target, draft, write, statusPath(this.resource));
  }

  private async serve(definition: CustomResourceDefinition): Promise<void> {
    const { metadata, spec } = definition;
    const { name } = metadata;
    if (this.core.registry.isBuiltIn({ group: spec.group, plural: spec.names.plural })) return;
    const known = this.serving.get(name);
    const isSameShape = known !== undefined && hasSameShape(known.by, definition);
    if (isSameShape && isTerminating(known.by.status) === isTerminating(definition.status)) return;
    const versions = versionsOf(definition);
    const { storage, served } = versions;
    const all: [ResourceDefinition, ...ResourceDefinition[]] = [storage, ...served.filter((each) => each !== storage)];
    if (known === undefined) await this.core.objects.begin(all);
    else if (!isSameShape) this.core.objects.redefine(known.storage, all);
    this.serving.set(name, { ...versions, by: definition });
    this.core.registry.serve(name, served);
  }

  private withdraw(name: string): void {
    this.cleanup.forget(name);
    const known = this.serving.get(name);
    if (known === undefined) return;
    this.serving.delete(name);
    this.core.registry.serve(name, []);
    this.core.objects.end(known.storage);
  }
}

/** Whether two states of a definition make the same resources, but for whether they are going away: that ends no watch. */
function hasSameShape(a: CustomResourceDefinition, b: CustomResourceDefinition): boolean {
  return (
    a.metadata.uid === b.metadata.uid &&
    jsonEqual(a.spec, b.spec) &&
    jsonEqual(a.status.acceptedNames, b.status.acceptedNames)
  );
}
