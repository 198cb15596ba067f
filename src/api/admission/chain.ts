import type { Json } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { DeleteOptions } from '#kinds/meta/schema.ts';
import type { Draft } from '#schema/type.ts';
import type { RequestContext, WriteRequest } from '../api.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What admission is asked about. */
export interface AdmissionRequest {
  readonly context: RequestContext;
  readonly operation: Operation;
  readonly resource: ResourceDefinition;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  /** What refusals call the object: while its name is still to be generated, what that will begin with. */
  readonly name: string;
  readonly dryRun: boolean;
  /** The stored object, absent on create. */
  readonly old: KubeObject | undefined;
  readonly deleteOptions?: DeleteOptions;
  /** With what options a create or update came. */
  readonly write?: Pick<WriteRequest, 'fieldManager' | 'fieldValidation'>;
  /** What a PATCH asked for, as it came. Says what its sender meant where the outcome looks the same. */
  readonly patch?: Json | undefined;
}

/** How often the plug-ins are asked about one object. Somebody outside who changes it may have done what they would have seen to: then all
 *  are asked once more, and no more often. */
export class AdmissionRounds {
  /** Whether this is the second time. */
  again = false;
  /** Set to have a second time. */
  wanted = false;
}

/** One plug-in. Both functions throw an ApiError to refuse; a promise is waited for. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Whether it has a say there; asked once per resource, subresource and operation. */
  handles(resource: ResourceDefinition, subresource: string | undefined, operation: Operation): boolean;
  /** Completes an object before it is validated. */
  admit?(draft: Draft<KubeObject>, request: AdmissionRequest, rounds: AdmissionRounds): void | Promise<void>;
  /** Looks at the finished object; for a delete at the one that is to go. */
  validate?(object: KubeObject, request: AdmissionRequest): void | Promise<void>;
}

interface Stages {
  readonly admit: readonly AdmissionPlugin[];
  readonly validate: readonly AdmissionPlugin[];
}

/** The plug-ins in their order: first all complete the object, then, after validation, all look at it
 *  (spec: api.md section 18). */
export class AdmissionChain {
  private readonly plugins: readonly AdmissionPlugin[];
  /** Who has a say where, worked out once. */
  private readonly stages = new Map<string, Stages>();

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.plugins = plugins;
  }

  async admit(draft: Draft<KubeObject>, request: AdmissionRequest): Promise<void> {
    const rounds = new AdmissionRounds();
    await this.admitOnce(draft, request, rounds);
    if (!rounds.wanted) return;
    rounds.again = true;
    await this.admitOnce(draft, request, rounds);
  }

  async validate(object: KubeObject, request: AdmissionRequest): Promise<void> {
    for (const plugin of this.stagesFor(request).validate) {
      const pending = plugin.validate?.(object, request);
      if (pending !== undefined) await pending;
    }
  }

  private async admitOnce(draft: Draft<KubeObject>, request: AdmissionRequest, rounds: AdmissionRounds): Promise<void> {
    for (const plugin of this.stagesFor(request).admit) {
      const pending = plugin.admit?.(draft, request, rounds);
      if (pending !== undefined) await pending;
    }
  }

  private stagesFor({ resource, subresource, operation }: AdmissionRequest): Stages {
    // A custom resource may come back with another scope.
    const scope = resource.namespaced ? 'namespaced' : 'cluster';
    const key = `${operation} ${resource.group}/${resource.plural}/${subresource ?? ''} ${scope}`;
    const known = this.stages.get(key);
    if (known !== undefined) return known;
    const plugins = this.plugins.filter((plugin) => plugin.handles(resource, subresource, operation));
    const stages = {
      admit: plugins.filter((plugin) => plugin.admit !== undefined),
      validate: plugins.filter((plugin) => plugin.validate !== undefined),
    };
    this.stages.set(key, stages);
    return stages;
  }
}
